"""A temporary ClickHouse for one command: empty, on a free port, deleted afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from contracts.settings import Settings
from ioc.embedded.clickhouse_at_hand import endpoint_of
from ioc.embedded.ports import free_port


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
        with endpoint_of(
            own,
            own.data_dir / "clickhouse.log",
            IOC_CLICKHOUSE_SECURE="false",
            IOC_CLICKHOUSE_USER=own.clickhouse_user,
            IOC_CLICKHOUSE_READER=own.clickhouse_reader,
            IOC_CLICKHOUSE_PASSWORD="",
            IOC_CLICKHOUSE_READER_PASSWORD="",
        ):
            yield own
