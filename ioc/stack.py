"""The embedded stack: its services, the order they start and stop in, and their care."""

import json
import logging
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

from contracts.feed import Feed
from contracts.reference import load_reference
from contracts.settings import Settings
from ioc import schema, topics
from ioc.broker import require_plain
from ioc.drain import drain
from ioc.embedded_clickhouse import require_unencrypted
from ioc.generation import next_generation
from ioc.monitoring.addresses import embedded_port
from ioc.ports import host_and_port, require_free
from ioc.preview import require_servable
from ioc.rebuild import restore_or_rebuild
from ioc.service import Service

logger = logging.getLogger(__name__)

STOP_S = 9.0
DRAIN_S = 4.0
RESTART_PAUSE_S = 1.0

Say = Callable[[str], None]


class Stack:
    """Broker, ClickHouse endpoint, preview page, worker, sink and producers on this machine.

    Without ``clickhouse`` the one of the settings has to run already; without ``produce`` nothing
    is simulated, and without ``preview`` there is no page. Its processes inherit ``lock``, see
    ``only_one``. The broker keeps its log in memory: when it ends, all that depend on it are
    started anew over an empty log, and the worker's state comes back from ClickHouse.
    """

    def __init__(
        self,
        settings: Settings,
        feeds: Sequence[Feed],
        say: Say,
        *,
        lock: int,
        clickhouse: bool = True,
        produce: bool = True,
        preview: bool = True,
    ) -> None:
        self.settings = settings
        self.feeds = feeds
        self._say = say
        self._environment = _environment(settings)

        def service(name: str, *arguments: str) -> Service:
            log = settings.data_dir / "logs" / f"{name}.log"
            return Service(name, _ioc(name, *arguments), log, lock)

        self.broker = service("broker")
        self.clickhouse = service("clickhouse") if clickhouse else None
        self.preview = service("preview") if preview else None
        self.worker = service("worker")
        self.sink = service("sink")
        self.produce = service("produce", *(feed.name for feed in feeds)) if produce else None
        self._restart_at: dict[str, float] = {}

    @property
    def services(self) -> tuple[Service, ...]:
        """All services, in the order they start."""
        own = (*self._stores, self.preview, self.worker, self.sink, self.produce)
        return tuple(service for service in own if service)

    @property
    def _stores(self) -> tuple[Service, ...]:
        """What keeps data: broker and ClickHouse."""
        return (self.broker, self.clickhouse) if self.clickhouse else (self.broker,)

    @property
    def _users(self) -> tuple[Service, ...]:
        """What works with them."""
        own = (self.worker, self.sink)
        return (*own, self.produce) if self.produce else own

    def start(self, stop: Event) -> None:
        """Start all; returns when events flow, or early where ``stop`` is set.

        Raises:
            IocError: a port is in use, a service did not come up, a file can't be read.
        """
        self._require_ports()
        self._say(f"starting {' and '.join(service.name for service in self._stores)}")
        self._start_broker()
        if self.clickhouse:
            self._begin(self.clickhouse)
            self.clickhouse.await_port(self.settings.clickhouse_host, self.settings.clickhouse_port)
        if self.preview:
            self._begin(self.preview)
        if not stop.is_set():
            self._apply_schema()
        if not stop.is_set():
            self._start_pipeline()

    def _begin(self, service: Service) -> None:
        port = embedded_port(self.settings, service.name)
        service.start(self._environment | {"IOC_METRICS_PORT": str(port)})

    def _require_ports(self) -> None:
        settings = self.settings
        require_plain(settings)
        host, port = host_and_port(settings.kafka_bootstrap)
        require_free(host, port, "the embedded Kafka broker", "IOC_KAFKA_BOOTSTRAP")
        if self.clickhouse:
            require_unencrypted(settings)
            require_free(
                settings.clickhouse_host,
                settings.clickhouse_port,
                "the embedded ClickHouse endpoint",
                "IOC_CLICKHOUSE_PORT",
            )
        if self.preview:
            require_servable(settings)

    def _start_broker(self) -> None:
        generation = next_generation(self.settings.data_dir)
        self.settings = self.settings.model_copy(update={"generation": generation})
        self._environment["IOC_GENERATION"] = str(generation)
        self._begin(self.broker)

    def _apply_schema(self) -> None:
        self._say("applying the schema")
        schema.apply(self.settings, self.feeds, load_reference(self.settings))

    def _start_pipeline(self) -> None:
        """Over an empty log: topics, the worker's state, then worker, sink and producers."""
        self.broker.await_port(*host_and_port(self.settings.kafka_bootstrap))
        self._say("creating topics")
        topics.apply(self.settings, self.feeds)
        reference = load_reference(self.settings)
        restored = restore_or_rebuild(self.settings, self.feeds, reference, self._say)
        if restored:
            self._say(f"restored {restored:,} entries of the worker's state from ClickHouse")
        self._say(f"starting {', '.join(service.name for service in self._users)}")
        for service in self._users:
            self._begin(service)
        self._note_pids()

    def care(self) -> None:
        """Start again what has ended. To be called every second or so."""
        if self.broker.exit_code is not None:
            self._renew_broker()
        for service in self.services[1:]:
            if service.exit_code is not None and self._may_restart(service):
                logger.warning(
                    "%s ended with %s: %s", service.name, service.exit_code, service.last_words()
                )
                service.restarts += 1
                self._begin(service)
                self._note_pids()

    def _may_restart(self, service: Service) -> bool:
        """Pause a little longer after each restart, up to 30 s."""
        now = time.monotonic()
        at = self._restart_at.setdefault(
            service.name, now + min(RESTART_PAUSE_S * 2**service.restarts, 30.0)
        )
        if now < at:
            return False
        del self._restart_at[service.name]
        return True

    def _renew_broker(self) -> None:
        logger.warning("broker ended with %s: starting anew", self.broker.exit_code)
        deadline = time.monotonic() + STOP_S
        for service in reversed(self._users):
            service.stop(deadline)
        self.broker.restarts += 1
        self._start_broker()
        self._start_pipeline()

    def stop(self) -> None:
        """Stop all within ten seconds: producers first, then what they caused is worked through."""
        deadline = time.monotonic() + STOP_S
        if self.preview:
            self.preview.ask_to_stop()
        if self.produce:
            self.produce.stop(deadline)
        if all(service.pid for service in (*self._stores, self.worker, self.sink)):
            drain(self.settings, self.feeds, min(deadline - 3.0, time.monotonic() + DRAIN_S))
        pages = (self.preview,) if self.preview else ()
        for together in ((*pages, self.worker, self.sink), self._stores):
            for service in together:
                service.ask_to_stop()
            for service in together:
                service.stop(deadline)
        _pid_file(self.settings.data_dir).unlink(missing_ok=True)

    def _note_pids(self) -> None:
        pids = {service.name: service.pid for service in self.services}
        _pid_file(self.settings.data_dir).write_text(json.dumps(pids))


def _pid_file(data_dir: Path) -> Path:
    return data_dir / "services.json"


def read_pids(data_dir: Path) -> dict[str, int]:
    """The services that ``ioc up`` started over this folder; empty where none runs."""
    try:
        noted = json.loads(_pid_file(data_dir).read_text())
    except (OSError, ValueError):
        return {}
    return {str(name): int(pid) for name, pid in noted.items() if pid}


def _ioc(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "ioc", *arguments]


def _environment(settings: Settings) -> dict[str, str]:
    """What may differ from the environment, for the children, which read the same one."""
    environment = {"PYTHONUNBUFFERED": "1", "IOC_FEEDS": ",".join(settings.feeds)}
    environment["IOC_DATA_DIR"] = str(settings.data_dir.absolute())
    environment["IOC_KAFKA_BOOTSTRAP"] = settings.kafka_bootstrap
    environment["IOC_KAFKA_PROTOCOL"] = settings.kafka_protocol
    environment["IOC_CLICKHOUSE_DATABASE"] = settings.clickhouse_database
    environment["IOC_IDLE_S"] = f"{settings.idle_s!r}"
    environment["IOC_SEED"] = str(settings.seed)
    if settings.rate is not None:
        environment["IOC_RATE"] = f"{settings.rate!r}"
    return environment
