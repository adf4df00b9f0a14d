"""The embedded ClickHouse endpoint over the folder and the users of the settings."""

from contracts.settings import Settings
from ioc.endpoint.config import EndpointConfig, User
from ioc.endpoint.server import serve as serve_endpoint


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        IocError: the port or the folder is in use, or users without password beyond loopback.
    """
    password = settings.clickhouse_password.get_secret_value()
    reader_password = settings.clickhouse_reader_password.get_secret_value()
    users = (
        User(settings.clickhouse_user, password, readonly=False),
        User(settings.clickhouse_reader, reader_password, readonly=True),
    )
    path = settings.data_dir / "clickhouse"
    path.parent.mkdir(parents=True, exist_ok=True)
    serve_endpoint(EndpointConfig(settings.clickhouse_host, settings.clickhouse_port, path, users))
