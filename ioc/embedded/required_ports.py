"""The addresses that the embedded stack needs: plain, and unused."""

from contracts.settings import Settings
from ioc.embedded.broker import require_plain
from ioc.embedded.clickhouse import require_unencrypted
from ioc.embedded.ports import host_and_port, require_free
from ioc.embedded.preview import require_servable


def require_ports(settings: Settings, *, clickhouse: bool, preview: bool) -> None:
    """Check the broker's address, and ClickHouse's and the page's if they are to run.

    Raises:
        IocError: a port is in use, or the settings ask for what the embedded parts can't serve.
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
