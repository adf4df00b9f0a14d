"""The embedded ClickHouse endpoint, with the folder and users of the settings.

Checking whether it may run does not load the server.
"""

from functools import partial

from contracts.access.writer_password import make_writer_password, reader_password_of_parts
from contracts.errors import SettingError
from contracts.settings import Settings
from ioc.embedded.endpoint.config import EndpointConfig, User
from ioc.process.deadline import end_within


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        IocError: the port or the folder is in use, a user without password is reachable beyond
            loopback, or the settings ask for encryption, which the endpoint does not support.
    """
    from ioc.embedded.endpoint.server import serve as serve_endpoint
    from ioc.monitoring.clickhouse_probe import engine
    from ioc.monitoring.monitor import Monitor, NoWork

    require_unencrypted(settings)
    password = make_writer_password(settings).get_secret_value()
    reader_password = settings.clickhouse_reader_password.get_secret_value()
    users = [
        User(settings.clickhouse_user, password, readonly=False, own=True),
        User(settings.clickhouse_reader, reader_password, readonly=True),
    ]
    if (own := reader_password_of_parts(settings).get_secret_value()) != reader_password:
        users.append(User(settings.clickhouse_reader, own, readonly=True, own=True))
    path = settings.data_dir / "clickhouse"
    path.parent.mkdir(parents=True, exist_ok=True)
    monitor = Monitor(settings, "clickhouse", [engine(settings)])
    monitor.show(NoWork())
    monitor.start()
    config = EndpointConfig(
        settings.clickhouse_host,
        settings.clickhouse_port,
        path,
        tuple(users),
        memory_mb=settings.clickhouse_memory_mb,
        reserve_mb=settings.disk_reserve_mb,
        # Replays have databases beside it.
        readable=(settings.clickhouse_database, "ioc_*"),
    )
    serve_endpoint(config, partial(end_within, settings.stop_s))


def require_unencrypted(settings: Settings) -> None:
    """Raise SettingError if clients would talk another way than the embedded endpoint does."""
    if settings.clickhouse_secure:
        raise SettingError(
            "IOC_CLICKHOUSE_SECURE=true: the embedded ClickHouse endpoint speaks HTTP only; run a "
            "ClickHouse server with TLS, or leave it false"
        )
