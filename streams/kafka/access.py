"""The project's access settings for Kafka, in the forms that aiokafka and Faust expect."""

from ssl import SSLContext
from typing import Any

from aiokafka.helpers import create_ssl_context
from faust.auth import Credentials, SASLCredentials, SSLCredentials

from contracts.access.clients import kafka_options
from contracts.settings import Settings


def aiokafka_options(settings: Settings) -> dict[str, Any]:
    """Keyword arguments for every aiokafka client."""
    given = kafka_options(settings)
    files = {name: given.pop(name) for name in [*given] if name.startswith("ssl_")}
    if files:
        given["ssl_context"] = _context(files)
    return given


def _context(files: dict[str, str | None]) -> SSLContext:
    context: SSLContext = create_ssl_context(
        cafile=files["ssl_cafile"], certfile=files["ssl_certfile"], keyfile=files["ssl_keyfile"]
    )
    return context


def credentials(settings: Settings) -> Credentials | None:
    """The worker's credentials; None if Kafka requires none."""
    given = aiokafka_options(settings)
    context = given.get("ssl_context")
    if "sasl_mechanism" in given:
        return SASLCredentials(
            username=given["sasl_plain_username"],
            password=given["sasl_plain_password"],
            mechanism=given["sasl_mechanism"],
            ssl_context=context,
        )
    return SSLCredentials(context) if context else None
