"""Hours and days against the parts of their minutes, merged here by the contract's own rules."""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contracts.indicators.parts import Parts, merged
from sinks.rollups.rolling import roll_up, roll_up_missing
from sinks.rollups.spans import Span
from tests.sinks.audit.world import World, now

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LOCAL_MIDNIGHT = datetime(2026, 11, 19, 17, tzinfo=UTC)
Key = tuple[str, str, datetime]
"""District, grain, and the period's start, UTC."""


def put(world: World, at: datetime, district: str, parts: Mapping[str, Any], upto: int) -> Span:
    """Write a pane of traffic with these parts; the hour that it is in."""
    counts = {name: part for name, part in parts.items() if isinstance(part, int)}
    histograms = {name: part for name, part in parts.items() if isinstance(part, dict)}
    sets = {name: sorted(part) for name, part in parts.items() if isinstance(part, frozenset)}
    row = {
        "feed": "traffic", "district": district, "pane": at.isoformat(), "version": upto,
        "counts": counts, "histograms": _texts(histograms), "sets": sets, "emitted_at": now(),
    }  # fmt: skip
    world.insert("panes", [row])
    return "traffic", district, int(at.replace(minute=0).timestamp())


def _texts(histograms: Mapping[str, Mapping[int, int]]) -> dict[str, dict[str, int]]:
    return {name: {str(bin_): n for bin_, n in bins.items()} for name, bins in histograms.items()}


def held(world: World) -> dict[Key, Parts]:
    """The table's parts, without zeros and empty parts."""
    found = world.client.query(
        "SELECT district, grain, period, counts, histograms, sets FROM rollups FINAL"
    ).result_rows
    return {
        (district, grain, period): _told(counts)
        | {name: told for name, bins in histograms.items() if (told := _told(bins))}
        | {name: frozenset(members) for name, members in sets.items() if members}
        for district, grain, period, counts, histograms, sets in found
    }


def _told(counts: Mapping[Any, int]) -> dict[Any, Any]:
    return {name: count for name, count in counts.items() if count}


def recounted(panes: Mapping[tuple[str, datetime], Parts]) -> dict[Key, Parts]:
    """Hours and days of these panes, as the contract merges parts."""
    groups: dict[Key, list[Parts]] = defaultdict(list)
    for (district, at), parts in panes.items():
        day = at.astimezone(ZONE).replace(hour=0, minute=0).astimezone(UTC)
        groups[district, "hour", at.replace(minute=0)].append(parts)
        groups[district, "day", day].append(parts)
    return {key: _without_zeros(merged(many)) for key, many in groups.items()}


def _without_zeros(parts: Parts) -> Parts:
    return {
        name: _told(part) if isinstance(part, dict) else part
        for name, part in parts.items()
        if part
    }


def drawn(source: random.Random) -> Parts:
    """Parts of every shape; counts may be taken back."""
    return {
        "events": source.randint(1, 9),
        "suspected": source.randint(-2, 2),
        "speed_kmh": {source.randint(0, 3): source.randint(1, 5) for _ in range(2)},
        "outlets": frozenset(source.choices("abcdef", k=2)),
    }


@pytest.mark.parametrize("seed", range(4))
def test_periods_are_the_merge_of_their_minutes_in_whatever_order_these_come(
    world: World, seed: int
) -> None:
    source = random.Random(seed)
    panes: dict[tuple[str, datetime], Parts] = {}
    for upto in range(1, 7):  # each time some are new, and some come again with more
        touched = set()
        for _ in range(12):
            at = LOCAL_MIDNIGHT + timedelta(minutes=source.choice([-61, -60, -1, 0, 1, 59, 60]))
            district = source.choice(["148", "150"])
            panes[district, at] = drawn(source)
            touched.add(put(world, at, district, panes[district, at], upto * 100))
        roll_up(world.client, touched)
        assert held(world) == recounted(panes)


def test_a_part_that_was_taken_back_is_gone_from_hour_and_day(world: World) -> None:
    hour = put(world, LOCAL_MIDNIGHT, "148", {"events": 1, "suspected": 1}, 1)
    roll_up(world.client, [hour])
    put(world, LOCAL_MIDNIGHT, "148", {"events": 1}, 1)  # a repair keeps the version
    roll_up(world.client, [hour])
    assert set(map(str, held(world).values())) == {"{'events': 1}"}


def test_what_read_less_never_wins(world: World) -> None:
    """Two sinks at once: the one that looked first may write last."""
    hour = put(world, LOCAL_MIDNIGHT, "148", {"events": 1}, 5)
    put(world, LOCAL_MIDNIGHT + timedelta(minutes=1), "148", {"events": 2}, 3)
    roll_up(world.client, [hour])
    before = world.client.query("SELECT * FROM rollups FINAL").result_rows
    put(world, LOCAL_MIDNIGHT + timedelta(minutes=1), "148", {"events": 4}, 4)
    roll_up(world.client, [hour])
    world.client.command("CREATE TABLE IF NOT EXISTS seen AS rollups")
    world.client.command("INSERT INTO seen SELECT * FROM rollups WHERE counts['events'] = 3")
    world.client.command("INSERT INTO rollups SELECT * FROM seen")
    world.client.command("DROP TABLE seen")
    assert len(before) == 2
    assert [parts["events"] for parts in held(world).values()] == [5, 5]


def test_rolling_up_again_changes_nothing(world: World) -> None:
    hour = put(world, LOCAL_MIDNIGHT, "148", drawn(random.Random(1)), 5)
    roll_up(world.client, [hour])
    first = rows(world)
    roll_up(world.client, [hour, hour])
    assert rows(world) == first


def test_a_count_that_an_indicator_needs_is_a_true_zero(world: World) -> None:
    roll_up(world.client, [put(world, LOCAL_MIDNIGHT, "148", {"events": 1}, 1)])
    found = world.client.query("SELECT DISTINCT counts['reviews'], counts['x'] FROM rollups FINAL")
    assert found.result_rows == [(0, 0)]
    with_it = "SELECT countIf(mapContains(counts, 'reviews')) FROM rollups FINAL"
    assert world.client.query(with_it).result_rows == [(2,)]


def test_panes_of_before_are_rolled_up_once_and_what_was_broken_off_is_ended(
    world: World,
) -> None:
    panes = {}
    for n, day in enumerate((0, 1, 40, 400)):
        at = LOCAL_MIDNIGHT - timedelta(days=day)
        panes["148", at] = drawn(random.Random(n))
        put(world, at, "148", panes["148", at], n)
    assert roll_up_missing(world.client) == 3  # months
    assert held(world) == recounted(panes)
    assert roll_up_missing(world.client) == 0
    world.delete("rollups", "grain = 'day'")
    assert roll_up_missing(world.client) == 3
    assert held(world) == recounted(panes)
    world.delete("rollups", "period > '2026-11-01 00:00:00' AND grain = 'hour'")
    assert roll_up_missing(world.client) == 1
    assert held(world) == recounted(panes)


def rows(world: World) -> list[Iterable[Any]]:
    sql = "SELECT * FROM rollups FINAL ORDER BY grain, period"
    return list(world.client.query(sql).result_rows)
