"""Applies the ClickHouse schema to the server of the settings."""

from collections.abc import Sequence

from contracts.feed import Feed
from contracts.reference.province import Reference
from contracts.settings import Settings
from sinks import client
from sinks.schema import apply as migrate


def apply(settings: Settings, feeds: Sequence[Feed], reference: Reference) -> list[str]:
    """Create or extend tables and refresh the dimensions; return the names of what changed.

    Raises:
        IocError: ClickHouse does not answer, or a contract changed in a way that needs a new table.
    """
    with client.owner(settings) as connection:
        return migrate.apply(connection, settings, feeds, reference)
