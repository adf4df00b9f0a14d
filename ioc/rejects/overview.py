"""An overview of rejects by feed and reason, read from ClickHouse."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from clickhouse_connect.driver.client import Client

from ioc.rejects.choice import CHOSEN, Choice
from ioc.rejects.printable import SHOWN_BYTES
from ioc.rejects.share import archived_since

Group = tuple[str, str]
"""Feed and reason."""

TOTALS = """
SELECT feed, reason, count() AS events, min(rejected_at), max(rejected_at),
    countIf((feed, topic, generation, partition, offset) IN
        (SELECT feed, topic, generation, partition, offset FROM reject_replays))
FROM chosen GROUP BY feed, reason ORDER BY feed, events DESC, reason
"""

SAMPLES = """
SELECT feed, reason, detail, count() AS events,
    max((rejected_at, generation, topic, partition, offset)) AS newest,
    argMax(substring(raw, 1, {raw_bytes:UInt32}),
        (rejected_at, generation, topic, partition, offset)) AS start
FROM chosen GROUP BY feed, reason, detail
ORDER BY feed, reason, events DESC, detail LIMIT {samples:UInt32} BY feed, reason
"""

EVENTS = "SELECT feed, count() FROM chosen GROUP BY feed"


@dataclass(frozen=True)
class Total:
    """The rejects of a feed and reason; times are those of rejection, in UTC."""

    feed: str
    reason: str
    events: int
    first: datetime
    last: datetime
    replayed: int


@dataclass(frozen=True)
class Sample:
    """The newest of the ``events`` rejects with this detail; ``raw`` is how its bytes begin."""

    detail: str
    events: int
    topic: str
    partition: int
    offset: int
    raw: bytes


@dataclass(frozen=True)
class Overview:
    """Totals, samples of each, and the number of events of each feed in that time."""

    totals: Sequence[Total]
    samples: Mapping[Group, Sequence[Sample]]
    events: Mapping[str, int]


def read_overview(client: Client, choice: Choice, samples: int) -> Overview:
    """Totals, and the ``samples`` most frequent details of each; ``choice`` must name a period.

    Events of a feed are those archived plus those refused for any reason.
    """
    found = client.query(CHOSEN + TOTALS, choice.parameters).result_rows
    refused = client.query(CHOSEN + EVENTS, choice.of_any_reason.parameters).result_rows
    events = dict(archived_since(client, choice.feeds, choice.since_s))
    for feed, count in refused:
        events[feed] = events.get(feed, 0) + int(count)
    totals = [Total(*row) for row in found]
    return Overview(totals, _samples(client, choice, samples), events)


def _samples(client: Client, choice: Choice, samples: int) -> Mapping[Group, Sequence[Sample]]:
    """One byte more than is shown, so that a cut is noticed."""
    bounds = {"samples": samples, "raw_bytes": SHOWN_BYTES + 1}
    rows = client.query(
        CHOSEN + SAMPLES, choice.parameters | bounds, column_formats={"start": "bytes"}
    ).result_rows
    by_group: dict[Group, list[Sample]] = defaultdict(list)
    for feed, reason, detail, events, newest, start in rows:
        _, _, topic, partition, offset = newest
        by_group[feed, reason].append(Sample(detail, events, topic, partition, offset, start))
    return by_group
