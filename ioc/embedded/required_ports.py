"""What the embedded stack listens on: plain addresses that nothing else has."""

from contracts.settings import Settings
from ioc.embedded.broker import require_plain
from ioc.embedded.clickhouse import require_unencrypted
from ioc.embedded.ports import host_and_port, require_free
from ioc.embedded.preview import require_servable


def require_ports(settings: Settings, *, clickhouse: bool, preview: bool) -> None:
    """Look at the broker's address, and those of ClickHouse and of the page where they are to be.

    Raises:
        IocError: a port is in use, or the settings want what the embedded parts can't serve.
    """
    require_plain(settings)
    host, port = host_and_port(settings.kafka_bootstrap)
    require_free(host, port, "the embedded Kafka broker", "IOC_KAFKA_BOOTSTRAP")
    if clickhouse:
        require_unencrypted(settings)
        require_free(
            settings.clickhouse_host,
            settings.clickhouse_port,
            "the embedded ClickHouse endpoint",
            "IOC_CLICKHOUSE_PORT",
        )
    if preview:
        require_servable(settings)
