"""Reads what the screens show from ClickHouse, with the read-only user."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from clickhouse_connect.driver.client import Client

from contracts.feed import Feed
from contracts.indicators.indicator import Indicator

FigureKey: TypeAlias = tuple[str, str]
"""Indicator id, and code of the district or province."""


@dataclass(frozen=True)
class FeedProgress:
    """How far a feed has been processed in the current log; times are in UTC."""

    newest: datetime
    accepted: int
    rejected: int
    duplicates: int
    late: int

    @property
    def total(self) -> int:
        """Events processed."""
        return self.accepted + self.rejected + self.duplicates

    def age_s(self, now: datetime) -> float:
        """Seconds since the newest event."""
        return max(0.0, (now - self.newest).total_seconds())


def headline_horizon_s(feed: Feed, indicator: Indicator) -> int:
    """The horizon of an indicator in its feed's headline."""
    return 0 if indicator.is_gauge else feed.headline_horizon_s


def headline_figures(client: Client, feeds: Sequence[Feed]) -> dict[FigureKey, float | None]:
    """The latest value of every headline indicator."""
    wanted = [
        (feed.indicator_id(indicator), headline_horizon_s(feed, indicator))
        for feed in feeds
        for indicator in feed.headline_indicators
    ]
    rows = client.query(
        "SELECT indicator, district, value FROM indicator_latest"
        " WHERE (indicator, horizon_s) IN {wanted:Array(Tuple(String, UInt32))}",
        parameters={"wanted": wanted},
    ).result_rows
    return {(indicator, district): value for indicator, district, value in rows}


def progress(client: Client) -> Mapping[str, FeedProgress]:
    """The progress of each feed that has any."""
    rows = client.query(
        "SELECT feed, max(newest), sum(accepted), sum(rejected), sum(duplicates), sum(late)"
        " FROM progress FINAL"
        " WHERE generation = (SELECT max(generation) FROM progress)"
        " GROUP BY feed"
    ).result_rows
    return {
        feed: FeedProgress(newest.replace(tzinfo=UTC), *map(int, counts))
        for feed, newest, *counts in rows
    }


def reject_reasons(client: Client) -> list[tuple[str, str, int]]:
    """Feed, reason and count of refused events of the last day, the most frequent first."""
    return [
        (feed, reason, int(count))
        for feed, reason, count in client.query(
            "SELECT feed, reason, count() AS count FROM rejects FINAL"
            " WHERE rejected_at > now64(3) - INTERVAL 1 DAY"
            " GROUP BY feed, reason ORDER BY count DESC"
        ).result_rows
    ]
