"""Takes archived events back, so that an isolated replay can continue or correct them.

ClickHouse stores the rows of an insert month by month: a kill in between may leave late months
without earlier ones, which the worker would then refuse as too late. After the log is gone nobody
repeats that insert. And a correction may move an event to another time or unit.
"""

from collections.abc import Mapping

from contracts.feed import Feed
from contracts.placement import partition_of
from contracts.reference.province import load_reference
from contracts.settings import Settings
from ioc.asking.explained import explained
from ioc.replaying.archive import AFTER
from sinks import client
from sinks.schema.event_table import table_name

MUTATION = {"mutations_sync": 2, "allow_nondeterministic_mutations": 1}
"""Wait for the deletion on all replicas, since each of them may be read afterwards."""


PANES = (
    "ALTER TABLE panes DELETE WHERE feed = {feed:String} AND district IN {units:Array(String)}"
    " AND pane >= toStartOfMinute(fromUnixTimestamp64Milli({after_ms:Int64}, 'UTC'))"
)


def withdraw(settings: Settings, feed: Feed, oldest: Mapping[int, int]) -> None:
    """Delete a partition's archived events after that time (ms since 1970), with places and panes.

    The places go first: a start records places again for events that still exist. Panes derive from
    events: after the rebuild of its state, the worker emits those that still have events.

    Raises:
        UnavailableError: ClickHouse fails, or does not let its user delete.
    """
    archive = table_name(feed.name)
    places = f"SELECT generation, partition, offset FROM {archive} WHERE {AFTER}"  # noqa: S608 - a name of the registry
    of_feed = "feed = {feed:String} AND (generation, partition, offset)"
    units = load_reference(settings).units.accepted
    statements = (
        f"ALTER TABLE places DELETE WHERE {of_feed} IN ({places})",
        f"ALTER TABLE {archive} DELETE WHERE {AFTER}",
        PANES,
    )
    with explained(settings), client.owner(settings) as connection:
        for partition, after_ms in oldest.items():
            codes = [c for c in units if partition_of(c, settings.kafka_partitions) == partition]
            values = {
                "feed": feed.name,
                "partition": partition,
                "after_ms": after_ms,
                "units": codes,
            }
            for statement in statements:
                connection.command(statement, values, settings=MUTATION)
