"""Takes back what a kill has left of an insert, so that an isolated replay may go on.

ClickHouse stores the rows of an insert by month, one month after the other: a kill in between may
leave late months without earlier ones, which the worker would refuse as too late. With the log gone
nobody writes that insert again.
"""

from collections.abc import Mapping

from contracts.feed import Feed
from contracts.settings import Settings
from ioc.replaying.archive import AFTER, explained
from sinks import client
from sinks.schema.event_table import table_name

MUTATION = {"mutations_sync": 2, "allow_nondeterministic_mutations": 1}
"""Wait for it on all replicas; what it looks up may be looked up by each of them."""


def withdraw(settings: Settings, feed: Feed, oldest: Mapping[int, int]) -> None:
    """Delete a partition's archived events after that time (ms since 1970), and their places.

    The places go first: a start notes those again whose events are still there.

    Raises:
        UnavailableError: ClickHouse fails, or does not let its user delete.
    """
    archive = table_name(feed.name)
    places = f"SELECT generation, partition, offset FROM {archive} WHERE {AFTER}"  # noqa: S608 - a name of the registry
    of_feed = "feed = {feed:String} AND (generation, partition, offset)"
    statements = (
        f"ALTER TABLE places DELETE WHERE {of_feed} IN ({places})",
        f"ALTER TABLE {archive} DELETE WHERE {AFTER}",
    )
    with explained(settings), client.owner(settings) as connection:
        for partition, after_ms in oldest.items():
            values = {"feed": feed.name, "partition": partition, "after_ms": after_ms}
            for statement in statements:
                connection.command(statement, values, settings=MUTATION)
