"""The same access to Kafka as everyone's, in the words of aiokafka."""

from ssl import SSLContext
from typing import Any

from aiokafka.helpers import create_ssl_context

from contracts.access import kafka_options
from contracts.settings import Settings


def aiokafka_options(settings: Settings) -> dict[str, Any]:
    """Keyword arguments of every client of aiokafka."""
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
