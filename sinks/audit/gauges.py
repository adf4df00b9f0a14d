"""Compares the gauges that workers emitted with their recount from the archive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from clickhouse_connect.driver.client import Client

from contracts.feed import Feed
from contracts.indicators.gauges import Gauge
from contracts.reference.province import Reference
from sinks.audit.gauge_sql import sql_of
from sinks.audit.statement import Row, integers, rows, texts
from sinks.schema.statements import fill

Part = int | dict[int, int]
Parts = dict[str, Part]


class Standing(NamedTuple):
    """The position that a district's gauges include, and the instant that they are as of (ms)."""

    upto: int
    as_of_ms: int


@dataclass(frozen=True)
class Told:
    """The gauges of each district as emitted, and the standing to recount them for."""

    parts: Mapping[str, Parts]
    standings: Mapping[str, Standing]

    def lists(self) -> dict[str, str]:
        """The districts and their standings, as lists for the queries."""
        return {
            "districts": texts(self.standings),
            "versions": integers((each.upto for each in self.standings.values()), "UInt64"),
            "as_ofs": integers((each.as_of_ms for each in self.standings.values()), "Int64"),
        }


@dataclass(frozen=True)
class WrongGauge:
    """A part of a district's gauges that differs from its recount."""

    district: str
    part: str
    held: Part
    recounted: Part


@dataclass(frozen=True)
class GaugeComparison:
    """The number of gauge parts compared, and those that differ."""

    checked: int = 0
    wrong: Sequence[WrongGauge] = field(default=())


def read_told(client: Client, feed: str, partitions: Mapping[str, int]) -> Told:
    """Read the gauges last emitted; ``partitions`` maps each district to its partition.

    A gauge that is not emitted again has not changed. Each is therefore recounted as of its
    partition's newest progress, or as of its own emission if that is newer. Without any emitted
    gauge, there is nothing to recount. Raises ClickHouseError.
    """
    progress = {
        int(partition): ((int(upto), int(emitted_ms)), Standing(int(upto), int(at_ms)))
        for partition, upto, at_ms, emitted_ms in rows(client, "standing", feed)
    }
    held: dict[str, Parts] = {}
    standings: dict[str, tuple[tuple[int, int], Standing]] = {}
    for district, upto, as_of_ms, emitted_ms, counts, histograms in rows(client, "gauges", feed):
        held[district] = {**counts, **histograms}
        standings[district] = ((upto, emitted_ms), Standing(upto, as_of_ms))
    if not held:
        return Told({}, {})
    for district, partition in partitions.items():
        if partition in progress:
            own = standings.get(district)
            standings[district] = max(own, progress[partition]) if own else progress[partition]
    return Told(held, {district: standing for district, (_, standing) in standings.items()})


def compare_gauges(client: Client, feed: Feed, reference: Reference, told: Told) -> GaugeComparison:
    """Compare the emitted gauges of a feed with their recount. Raises ClickHouseError."""
    recounted: dict[str, Parts] = {district: {} for district in told.standings}
    if told.standings:
        for gauge in feed.gauges:
            for district, counts, histograms in recount(client, feed, gauge, reference, told):
                recounted.setdefault(district, {}).update({**counts, **histograms})
    checked, wrong = 0, []
    for district in sorted(told.parts.keys() | recounted.keys()):
        held, right = told.parts.get(district, {}), recounted.get(district, {})
        checked += len(held.keys() | right.keys())
        wrong += [
            WrongGauge(district, part, held.get(part, 0), right.get(part, 0))
            for part in sorted(held.keys() | right.keys())
            if _plain(held.get(part, 0)) != _plain(right.get(part, 0))
        ]
    return GaugeComparison(checked, wrong)


def recount(
    client: Client,
    feed: Feed,
    gauge: Gauge,
    reference: Reference,
    told: Told,
    *,
    facts: bool = False,
) -> list[Row]:
    """Rows of district, counts and histograms of a gauge; with ``facts``, rows of its items."""
    sql = sql_of(gauge, reference)
    held = (district for district, parts in told.parts.items() if parts.keys() & gauge.parts)
    lists = told.lists() | {"held": texts(held)}
    asked = {"facts": fill(sql.facts, lists), "asked": fill(sql.parts, lists)}
    if facts:
        asked["asked"] = "SELECT * FROM facts"
    return rows(client, "recount_gauge", feed.name, lists | asked)


def describe_gauges(feed: str, wrong: Sequence[WrongGauge], limit: int) -> list[str]:
    """A sentence for each of the first wrong parts, and one for the rest."""
    said = [
        f"{feed}: gauge {each.part} of district {each.district} is {_short(each.held)}, recounted "
        f"{_short(each.recounted)}"
        for each in wrong[:limit]
    ]
    rest = len(wrong) - len(said)
    return [*said, f"{feed}: {rest:,} more parts of gauges are wrong"] if rest > 0 else said


def _plain(part: Any) -> Any:
    """A part without its empty bins: an emitted zero equals an absent bin."""
    return {bin_: n for bin_, n in part.items() if n} or 0 if isinstance(part, dict) else part


def _short(part: Part) -> str:
    text = str(part)
    return text if len(text) <= 80 else f"{text[:80]}…"
