"""A separate pipeline for one replay, which disturbs no running stack."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event

from clickhouse_connect.driver.exceptions import ClickHouseError

from contracts.access.loopback import is_loopback
from contracts.access.writer_password import share_own_password
from contracts.errors import UnavailableError
from contracts.feed import Feed
from contracts.settings import Settings
from ioc.embedded.clickhouse_at_hand import clickhouse_at_hand
from ioc.embedded.data_folder import only_one
from ioc.embedded.ports import answers, free_port
from ioc.embedded.stack import Say, Stack
from ioc.embedded.supervisor_log import log_to_file
from sinks import client

IDLE_S = 86_400.0
"""No watermark follows the clock: a replay knows only the time of its events."""


def database_of(name: str) -> str:
    """The database of runs of that name."""
    return f"ioc_{name}"


def isolated_settings(settings: Settings, name: str, feed: Feed) -> Settings:
    """The settings of the run: its own broker, folder and database, the same ClickHouse."""
    return settings.model_copy(
        update={
            "data_dir": settings.data_dir / "replay" / name,
            "kafka_bootstrap": f"127.0.0.1:{free_port()}",
            "kafka_protocol": "PLAINTEXT",
            "kafka_replication": 1,
            "clickhouse_database": database_of(name),
            "feeds": (feed.name,),
            "idle_s": IDLE_S,
            "figures": False,  # computed when the whole past is archived, see ``past``
            "metrics_port": 0,
        }
    )


@dataclass(frozen=True)
class Isolated:
    """The locked folder of an isolated run, where only ClickHouse runs so far."""

    settings: Settings
    feed: Feed
    lock: int

    @contextmanager
    def running(self, say: Say, stop: Event) -> Iterator[Stack]:
        """Broker, worker and sink, stopped when the context ends.

        Raises:
            IocError: a part does not come up.
        """
        stack = Stack(
            self.settings,
            (self.feed,),
            say,
            lock=self.lock,
            clickhouse=False,
            produce=False,
            preview=False,
        )
        try:
            _start(stack, stop)
            yield stack
        finally:
            say("stopping worker, sink and broker")
            stack.stop()


@contextmanager
def isolated(settings: Settings, name: str, feed: Feed) -> Iterator[Isolated]:
    """A run over the database ``ioc_<name>``.

    ClickHouse is that of the settings, or else the embedded endpoint over its usual folder. A later
    run of the same name continues from what is archived.

    Raises:
        IocError: another replay of that name runs.
    """
    inner = isolated_settings(settings, name, feed)
    host, port = settings.clickhouse_host, settings.clickhouse_port
    if is_loopback(host) and not answers(host, port):
        # An endpoint without any data yet will do, too.
        (settings.data_dir / "clickhouse").mkdir(parents=True, exist_ok=True)
    holder = f"ioc replay --into {name}"
    with only_one(inner.data_dir, holder) as lock, clickhouse_at_hand(settings):
        share_own_password(settings.data_dir, inner.data_dir)
        log_to_file(inner)
        yield Isolated(inner, feed, lock)


def _start(stack: Stack, stop: Event) -> None:
    settings = stack.settings
    try:
        stack.start(stop)
    except ClickHouseError as error:
        database = settings.clickhouse_database
        raise UnavailableError(
            f"ClickHouse at {client.address(settings)} did not let {settings.clickhouse_user} set "
            f"up database {database}: grant it on {database}.* what it has on ioc.*, and SELECT to "
            f"{settings.clickhouse_reader} ({client.brief(error)})"
        ) from None
