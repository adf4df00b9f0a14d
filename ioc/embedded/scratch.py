"""A temporary ClickHouse for one command: empty, on a free port, deleted afterwards."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from contracts.settings import Settings
from ioc.embedded.data_folder import only_one
from ioc.embedded.ports import free_port
from ioc.embedded.service import Service
from ioc.embedded.stack import STOP_S


@contextmanager
def scratch_clickhouse(settings: Settings) -> Iterator[Settings]:
    """An embedded endpoint over a temporary folder; yields the settings that lead to it.

    Raises UnavailableError if it does not come up.
    """
    with TemporaryDirectory(prefix="ioc-scratch-") as folder:
        own = settings.model_copy(
            update={
                "data_dir": Path(folder),
                "clickhouse_host": "127.0.0.1",
                "clickhouse_port": free_port(),
                "clickhouse_secure": False,
                "clickhouse_owner": "",
                "clickhouse_password": SecretStr(""),
                "clickhouse_reader_password": SecretStr(""),
            }
        )
        command = (sys.executable, "-m", "ioc", "clickhouse")
        with only_one(own.data_dir) as lock:
            endpoint = Service("clickhouse", command, Path(folder) / "clickhouse.log", lock)
            try:
                endpoint.start(_environment(own))
                endpoint.await_port(own.clickhouse_host, own.clickhouse_port)
                yield own
            finally:
                endpoint.stop(time.monotonic() + STOP_S)


def _environment(settings: Settings) -> dict[str, str]:
    """What leads the child to its folder and port, whatever else the environment says."""
    return {
        "IOC_DATA_DIR": str(settings.data_dir),
        "IOC_CLICKHOUSE_HOST": settings.clickhouse_host,
        "IOC_CLICKHOUSE_PORT": str(settings.clickhouse_port),
        "IOC_CLICKHOUSE_SECURE": "false",
        "IOC_CLICKHOUSE_USER": settings.clickhouse_user,
        "IOC_CLICKHOUSE_READER": settings.clickhouse_reader,
        "IOC_CLICKHOUSE_PASSWORD": "",
        "IOC_CLICKHOUSE_READER_PASSWORD": "",
    }
