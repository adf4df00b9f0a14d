"""Arguments for the clients of Kafka and ClickHouse: addresses, encryption and user.

No other module builds them. They hold passwords in clear: pass them to a client, never to a log or
a message.
"""

from collections.abc import Sequence
from contextvars import ContextVar
from socket import IPPROTO_TCP, TCP_NODELAY
from typing import Any

from pydantic import SecretStr

from contracts.settings import Settings

SOCKET_OPTIONS: ContextVar[Sequence[tuple[int, int, int]]] = ContextVar(
    "socket options", default=()
)
"""More arguments for setsockopt, used by the kafka-python clients that this context creates."""


def kafka_options(settings: Settings) -> dict[str, Any]:
    """Keyword arguments for every kafka-python client."""
    options: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap.split(","),
        "security_protocol": settings.kafka_protocol,
    }
    if settings.kafka_protocol.endswith("SSL"):
        options |= {
            "ssl_cafile": _path(settings.kafka_ca_file),
            "ssl_certfile": _path(settings.kafka_cert_file),
            "ssl_keyfile": _path(settings.kafka_key_file),
        }
    if settings.kafka_protocol.startswith("SASL"):
        options |= {
            "sasl_mechanism": settings.kafka_mechanism,
            "sasl_plain_username": settings.kafka_user,
            "sasl_plain_password": settings.kafka_password.get_secret_value(),
        }
    if further := SOCKET_OPTIONS.get():
        options["socket_options"] = [(IPPROTO_TCP, TCP_NODELAY, 1), *further]
    return options


def kafka_settings(settings: Settings) -> str:
    """The settings to check when Kafka refuses a client, for messages."""
    names = ["IOC_KAFKA_BOOTSTRAP"]
    if settings.kafka_protocol.endswith("SSL"):
        names.append("IOC_KAFKA_CA_FILE")
    if settings.kafka_protocol.startswith("SASL"):
        names += ["IOC_KAFKA_USER", "IOC_KAFKA_PASSWORD"]
    return ", ".join([*names, "IOC_KAFKA_PROTOCOL"])


def clickhouse_options(settings: Settings, user: str, password: SecretStr) -> dict[str, Any]:
    """Keyword arguments for every clickhouse-connect client, for one user of the settings.

    The user authenticates with its password, even where the server also asks for a client
    certificate.
    """
    options: dict[str, Any] = {
        "host": settings.clickhouse_host,
        "port": settings.clickhouse_port,
        "username": user,
        "password": password.get_secret_value(),
        "interface": "https" if settings.clickhouse_secure else "http",
    }
    if settings.clickhouse_secure:
        options["ca_cert"] = _path(settings.clickhouse_ca_file)
        if settings.clickhouse_cert_file is not None:
            options |= {
                "client_cert": _path(settings.clickhouse_cert_file),
                "client_cert_key": _path(settings.clickhouse_key_file),
                "tls_mode": "strict",
            }
    return options


def _path(file: object) -> str | None:
    return None if file is None else str(file)
