"""Takes archived events back, so that an isolated replay may go on, or correct them.

ClickHouse stores the rows of an insert by month, one month after the other: a kill in between may
leave late months without earlier ones, which the worker would refuse as too late. With the log gone
nobody writes that insert again. A correction may move an event to another time or unit.
"""

from collections.abc import Mapping

from contracts.feed import Feed
from contracts.placement import partition_of
from contracts.reference.units import load_units
from contracts.settings import Settings
from ioc.replaying.archive import AFTER, explained
from sinks import client
from sinks.schema.event_table import table_name

MUTATION = {"mutations_sync": 2, "allow_nondeterministic_mutations": 1}
"""Wait for it on all replicas; what it looks up may be looked up by each of them."""


PANES = (
    "ALTER TABLE panes DELETE WHERE feed = {feed:String} AND district IN {units:Array(String)}"
    " AND pane >= toStartOfMinute(fromUnixTimestamp64Milli({after_ms:Int64}, 'UTC'))"
)


def withdraw(settings: Settings, feed: Feed, oldest: Mapping[int, int]) -> None:
    """Delete a partition's archived events after that time (ms since 1970), places and panes.

    The places go first: a start notes those again whose events are still there. Panes follow from
    the events: those that events are left of are told again by the worker, whose state is rebuilt.

    Raises:
        UnavailableError: ClickHouse fails, or does not let its user delete.
    """
    archive = table_name(feed.name)
    places = f"SELECT generation, partition, offset FROM {archive} WHERE {AFTER}"  # noqa: S608 - a name of the registry
    of_feed = "feed = {feed:String} AND (generation, partition, offset)"
    units = load_units(settings.units_file).codes
    statements = (
        f"ALTER TABLE places DELETE WHERE {of_feed} IN ({places})",
        f"ALTER TABLE {archive} DELETE WHERE {AFTER}",
        PANES,
    )
    with explained(settings), client.owner(settings) as connection:
        for partition, after_ms in oldest.items():
            held = [c for c in units if partition_of(c, settings.kafka_partitions) == partition]
            values = {
                "feed": feed.name,
                "partition": partition,
                "after_ms": after_ms,
                "units": held,
            }
            for statement in statements:
                connection.command(statement, values, settings=MUTATION)
