"""A ClickHouse for one command: the running one, or one started over the embedded data."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from contracts.access.loopback import is_loopback
from contracts.settings import Settings
from ioc.embedded.data_folder import await_outliving, only_one
from ioc.embedded.ports import answers
from ioc.embedded.service import Service
from ioc.embedded.stack import STOP_S


@contextmanager
def clickhouse_at_hand(settings: Settings) -> Iterator[None]:
    """Make ClickHouse answer at the address of the settings, if this machine can do that.

    If nothing answers and the data folder holds the data of an embedded endpoint, that endpoint
    runs until the context ends, and the folder is locked meanwhile. Without such data, or if the
    address is another machine's, nothing is started, and a client then reports what is wrong.

    Raises:
        IocError: another process holds the folder.
        UnavailableError: the endpoint did not come up; the sentence names its log.
    """
    host, port = settings.clickhouse_host, settings.clickhouse_port
    has_data = is_loopback(host) and (settings.data_dir / "clickhouse").is_dir()
    if has_data:
        await_outliving(settings.data_dir)  # an endpoint that is about to end still answers
    if answers(host, port) or not has_data:
        yield
        return
    with endpoint_of(settings, settings.data_dir / "logs" / "clickhouse.log"):
        yield


@contextmanager
def endpoint_of(settings: Settings, log: Path, **environment: str) -> Iterator[None]:
    """An embedded endpoint over the data folder, at the address of the settings.

    The child reads its other settings as this process does, but for those in ``environment``.

    Raises:
        IocError: another process holds the folder.
        UnavailableError: the endpoint did not come up; the sentence names its log.
    """
    command = (sys.executable, "-m", "ioc", "clickhouse")
    with only_one(settings.data_dir) as lock:
        endpoint = Service("clickhouse", command, log, lock)
        try:
            endpoint.start(
                {
                    "IOC_DATA_DIR": str(settings.data_dir),
                    "IOC_CLICKHOUSE_HOST": settings.clickhouse_host,
                    "IOC_CLICKHOUSE_PORT": str(settings.clickhouse_port),
                    **environment,
                }
            )
            endpoint.await_port(settings.clickhouse_host, settings.clickhouse_port)
            yield
        finally:
            endpoint.stop(time.monotonic() + STOP_S)
