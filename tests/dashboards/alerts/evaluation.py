"""Evaluates a provisioned rule as Grafana does, over rows that a test writes."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from clickhouse_connect.driver.client import Client

from dashboards.grafana.macros import expand
from dashboards.grafana.times import TimeRange

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "dashboards" / "provisioning" / "alerting"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TUESDAY = 1
Rule = dict[str, Any]
Labels = frozenset[tuple[str, str]]


def last_tuesday(clock: str) -> datetime:
    """A local time of the last Tuesday. Rows of a fixed date would be older than their TTL."""
    today = datetime.now(ZONE).date()
    day = today - timedelta(days=(today.weekday() - TUESDAY) % 7 or 7)
    return datetime.combine(day, time.fromisoformat(clock), ZONE).astimezone(UTC)


NOW = last_tuesday("10:00")


@cache
def rules() -> Mapping[str, Rule]:
    """The committed rules, by uid."""
    found: dict[str, Rule] = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        for group in yaml.safe_load(file.read_text(encoding="utf-8")).get("groups", ()):
            found |= {rule["uid"]: rule for rule in group["rules"]}
    return found


FILLED = (
    "indicators",
    "indicator_current",
    "operations",
    "progress",
    "rejects",
    "reject_replays",
    "audit",
    "events_press",
    "places",
)


@dataclass(frozen=True)
class Evaluation:
    """The value of every row by its labels, and the labels of those beyond the threshold."""

    values: Mapping[Labels, float]
    firing: frozenset[Labels]

    @property
    def districts(self) -> set[str]:
        return {dict(labels)["district"] for labels in self.firing}

    @property
    def value(self) -> float | None:
        """The value of a rule without labels."""
        return self.values.get(frozenset())


def evaluate(client: Client, uid: str, now: datetime = NOW) -> Evaluation:
    """Run A, reduce it by B, compare by C: one number column a row, its texts are labels."""
    query, reduce, threshold = rules()[uid]["data"]
    start = now - timedelta(seconds=query["relativeTimeRange"]["from"])
    result = client.query(expand(query["model"]["rawSql"], TimeRange(start, now), 60))
    types = [type_.base_type for type_ in result.column_types]
    numbers = [n for n, name in enumerate(types) if name != "String"]
    # Grafana makes labels of texts only. An empty answer has no types.
    assert len(numbers) == 1 or not result.result_rows, types
    values: dict[Labels, float] = {}
    for row in result.result_rows:
        assert row[numbers[0]] is not None
        labels = frozenset(
            (name, row[n]) for n, name in enumerate(result.column_names) if n not in numbers
        )
        assert labels not in values
        values[labels] = float(row[numbers[0]])
    assert (reduce["model"]["expression"], reduce["model"]["reducer"]) == ("A", "last")
    ((evaluator,),) = [[one["evaluator"] for one in threshold["model"]["conditions"]]]
    (limit,) = evaluator["params"]
    beyond = {"gt": float.__gt__, "lt": float.__lt__}[evaluator["type"]]
    return Evaluation(
        values, frozenset(labels for labels, value in values.items() if beyond(value, float(limit)))
    )


class Tables:
    """Rows of a test; times are given as seconds before ``now``."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._numbers = itertools.count(1)

    def clear(self) -> None:
        """Empty the tables of a test, and those that follow from them."""
        for table in FILLED:
            self.client.command(f"TRUNCATE TABLE {table}")

    def insert(self, table: str, **columns: object) -> None:
        self.client.insert(table, [list(columns.values())], column_names=list(columns))

    def figure(
        self,
        indicator: str,
        district: str,
        value: float | None,
        *,
        horizon_s: int = 86_400,
        denominator: float | None = 100,
        ago_s: float = 30,
    ) -> None:
        at = NOW - timedelta(seconds=ago_s)
        self.insert(
            "indicators",
            indicator=indicator,
            district=district,
            horizon_s=horizon_s,
            window_end=at,
            as_of=at,
            value=value,
            numerator=None,
            denominator=denominator,
            computed_at=at,
            version=next(self._numbers),
        )

    def progress(
        self, feed: str, newest: datetime, *, partition: int = 0, generation: int = 1
    ) -> None:
        self.insert(
            "progress",
            feed=feed,
            generation=generation,
            partition=partition,
            version=next(self._numbers),
            newest=newest,
            watermark=newest,
            accepted=1,
            rejected=0,
            duplicates=0,
            late=0,
            emitted_at=newest,
        )

    def archived(self, count: int, *, ago_s: float = 600) -> None:
        """Articles in the archive."""
        at = NOW - timedelta(seconds=ago_s)
        self.client.command(
            "INSERT INTO events_press (event_id, district, kind, occurred_at, archived_at)"
            f" SELECT generateUUIDv4(), '148', 'article', {at.timestamp()}, {at.timestamp()}"
            f" FROM numbers({count})"
        )

    def rejected(self, count: int, *, reason: str = "malformed", ago_s: float = 600) -> None:
        """Articles that were refused."""
        for _ in range(count):
            self.insert(
                "rejects",
                feed="press",
                topic="ioc.events.press.v1",
                generation=1,
                partition=0,
                offset=next(self._numbers),
                reason=reason,
                detail="",
                published_at=NOW - timedelta(seconds=ago_s),
                rejected_at=NOW - timedelta(seconds=ago_s),
            )

    def operation(self, kind: str, part: str, *, ago_s: float) -> None:
        """An operation on the system itself."""
        at = NOW - timedelta(seconds=ago_s)
        self.insert("operations", at=at, kind=kind, part=part, detail="")

    def replayed(self, *, reason: str) -> None:
        """All articles refused for that reason were sent again."""
        self.client.command(
            "INSERT INTO reject_replays SELECT feed, topic, generation, partition, offset, reason,"
            " now64(3) FROM rejects WHERE reason = {reason:String}",
            parameters={"reason": reason},
        )

    def audit(self, feed: str, *, ago_s: float = 60, **found: int) -> None:
        """An audit with these findings and no others."""
        self.insert(
            "audit", audited_at=NOW - timedelta(seconds=ago_s), feed=feed, origin="sink", **found
        )
