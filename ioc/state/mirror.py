"""Checks that the mirror of a worker's state in ClickHouse is whole, however a run ended.

A run that is killed leaves a prefix of its worker's writes: of the state, of the archive and of the
panes, each up to where its route of the sink had come.
"""

import math

from clickhouse_connect.driver.client import Client

from contracts.feed import Feed
from contracts.topics import changelog_topic
from sinks.state.archive_reader import accounted
from streams.gauges.keys import SHAPES_KEY, shapes
from streams.panes.store import PREFIX as PANE_PREFIX
from streams.partition.progress import PROGRESS_KEY
from streams.verdicts.duplicates import KNOWN_PREFIX

_STANDING = """
SELECT partition,
    maxIf(upto, name = {progress:String}) AS included,
    max(upto) > included,
    maxIf(JSONExtractInt(value, 2), name = {progress:String}) AS emitted_upto,
    maxIf(upto, deleted AND startsWith(name, {pane:String})) AS dropped
FROM
(
    SELECT partition, upto, value, deleted,
        JSONExtractString(key) AS entry, substring(entry, position(entry, '|') + 1) AS name
    FROM state FINAL WHERE table_topic = {topic:String}
)
WHERE NOT startsWith(name, {known:String})
GROUP BY partition
"""
"""Partition, position that the last whole batch reaches, whether there is a part of a later batch,
position up to which panes had been emitted before that batch, last position that dropped a pane.
"""
CLEARING = (
    "ALTER TABLE state DELETE WHERE table_topic = {topic:String} AND endsWith(key, {end:String})",
    "ALTER TABLE state DELETE WHERE table_topic = {topic:String}",
)
PROGRESS_END = f'|{PROGRESS_KEY}"'


_BENT = """
SELECT max(newest) > now64(3) + toIntervalSecond({skew_s:UInt32}) FROM progress FINAL
WHERE feed = {feed:String}
    AND generation = (SELECT max(generation) FROM progress WHERE feed = {feed:String})
"""


def now_s(connection: Client) -> float:
    """The time of ClickHouse's clock, in seconds since 1970."""
    ((now_ms,),) = connection.query("SELECT toUnixTimestamp64Milli(now64(3))").result_rows
    return float(now_ms) / 1000


def is_bent(connection: Client, feed: Feed, skew_s: float) -> bool:
    """Whether a partition's newest event is ahead of ClickHouse's clock by more than ``skew_s``."""
    rows = connection.query(
        _BENT, parameters={"feed": feed.name, "skew_s": math.ceil(skew_s)}
    ).result_rows
    return bool(rows[0][0])


_SHAPES = """
SELECT value FROM state FINAL
WHERE table_topic = {topic:String} AND NOT deleted
    AND substring(JSONExtractString(key) AS entry, position(entry, '|') + 1) = {shapes:String}
"""


def has_gauges_of(connection: Client, feed: Feed) -> bool:
    """Whether the mirrored state has the gauges that the contract now declares.

    Version 0.1 did not record its gauges and kept them by their order, which may have changed.
    """
    rows = connection.query(
        _SHAPES, parameters={"topic": changelog_topic(feed.name), "shapes": SHAPES_KEY}
    ).result_rows
    (count,) = connection.query(
        "SELECT count() FROM state FINAL WHERE table_topic = {topic:String} AND NOT deleted"
        " AND endsWith(key, {end:String})",
        parameters={"topic": changelog_topic(feed.name), "end": PROGRESS_END},
    ).result_rows[0]
    recorded = [str(value).encode() for (value,) in rows]
    return len(recorded) == count and set(recorded) <= {shapes(feed)}


def is_whole(connection: Client, feed: Feed, generation: int) -> bool:
    """Whether a worker may continue from the mirror. ``generation`` is that of the current log.

    Three conditions must hold in every partition:

    - The mirror ends with a whole batch: the progress is the last entry of a batch, so entries that
    include more belong to a batch whose other entries are missing.
    - It includes exactly the archived events.
    - Every pane that was dropped for its age is stored: it was emitted, but messages on their way
    to ClickHouse were lost with the log.
    """
    stored = stored_panes(connection, feed)
    reached = {}
    for partition, included, is_halved, emitted_upto, dropped in connection.query(
        _STANDING,
        parameters={
            "topic": changelog_topic(feed.name),
            "progress": PROGRESS_KEY,
            "pane": PANE_PREFIX,
            "known": KNOWN_PREFIX,
        },
    ).result_rows:
        stored_upto = stored.get(partition, -1)
        if is_halved or stored_upto < min(emitted_upto, dropped):
            return False
        reached[partition] = included
    archived = accounted(connection, feed, generation)
    return reached == {partition: counted.upto for partition, counted in archived.items()}


def stored_panes(connection: Client, feed: Feed) -> dict[int, int]:
    """Partition -> position up to which everything emitted is stored.

    The sink writes the progress of an emission after its panes.
    """
    rows = connection.query(
        "SELECT partition, max(version) FROM progress FINAL WHERE feed = {feed:String}"
        " GROUP BY partition",
        parameters={"feed": feed.name},
    ).result_rows
    return {int(partition): int(version) for partition, version in rows}


def clear(connection: Client, feed: Feed) -> None:
    """Delete the mirror, because its entries of half a batch would win over rebuilt ones.

    The progress goes first, so a kill in between leaves no mirror that seems whole.
    """
    for statement in CLEARING:
        connection.command(
            statement,
            parameters={"topic": changelog_topic(feed.name), "end": PROGRESS_END},
            settings={"mutations_sync": 2},
        )
