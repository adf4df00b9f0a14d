"""Applies the ClickHouse schema to the server of the settings."""

from collections.abc import Sequence

from contracts.feed import Feed
from contracts.reference.province import TARGETS, Reference, reference_folder
from contracts.reference.targets import load_targets
from contracts.registry import FEEDS
from contracts.settings import Settings
from sinks import client
from sinks.schema import apply as migrate


def apply(settings: Settings, feeds: Sequence[Feed], reference: Reference) -> list[str]:
    """Create or extend tables and refresh the dimensions; return the names of what changed.

    Raises:
        IocError: ClickHouse does not answer, a contract changed in a way that needs a new table, or
            the targets file is wrong.
    """
    known = {feed.indicator_id(indicator) for feed in FEEDS for indicator in feed.indicators}
    targets = load_targets(reference_folder(settings) / TARGETS, reference.units, known)
    with client.owner(settings) as connection:
        return migrate.apply(connection, settings, feeds, reference, targets)
