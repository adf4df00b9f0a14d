"""Panes of petitions, and the figures that follow from them, worked out by hand."""

import pytest

from contracts.feeds.petition import PETITION
from contracts.indicators.formulas import Figure
from tests.streams.panes.test_pane_figures import event, figures, folded, minute

FEED = "petition"


def test_petitions() -> None:
    friday = {"received_at": "2026-11-13T03:00:00Z"}
    panes = folded(
        FEED,
        event(FEED, "received", "03:00:00"),
        event(FEED, "assigned", "03:00:01"),
        event(FEED, "answered", "03:00:02", due_at="03:00:02", **friday),  # day 5, on time
        event(FEED, "answered", "03:00:03", due_at="03:00:02.999", received_at="02:00:00"),
        event(FEED, "published", "03:00:04", due_at="03:30:00"),
        event(FEED, "refused", "03:00:05", due_at="03:00:00"),
        event(FEED, "rated", "03:00:06", rating=5),
        event(FEED, "rated", "03:00:07", rating=2),
    )
    pane = panes["148", minute("03:00")]
    assert pane == {
        "events": 8,
        "received": 1,
        "answered": 2,
        "answered_on_time": 1,
        "answered_days_sum": 5,
        "answered_days": {5: 1, 0: 1},
        "published": 1,
        "published_on_time": 1,
        "refused": 1,
        "rated": 2,
        "rating_sum": 7,
        "satisfied": 1,
    }
    found = figures(FEED, pane)
    assert found["on_time_share"] == Figure(0.5, 1, 2)
    assert found["published_share"] == Figure(1, 1, 1)
    assert found["refused_share"] == Figure(0, 0, 1)
    assert found["satisfaction"] == Figure(3.5, 7, 2)
    assert found["days_mean"] == Figure(2.5, 5, 2)
    assert found["days_p90"].value == pytest.approx(5.8)  # 0.8 of the bin from 5 to 6


@pytest.mark.parametrize(
    ("received_at", "answered_at", "days"),
    [
        ("2026-08-28T03:00:00Z", "2026-09-04T03:00:00Z", 3),  # Monday, Tuesday, Friday
        ("2026-11-19T17:30:00Z", "2026-11-20T03:00:00Z", 0),  # the same local day
        ("2026-11-20T04:00:00Z", "2026-11-20T03:00:00Z", 0),  # clocks that differ
        ("2024-01-02T03:00:00Z", "2026-11-20T03:00:00Z", 120),
    ],
)
def test_holidays_and_weekends_are_no_working_days(
    received_at: str, answered_at: str, days: int
) -> None:
    answer = event(FEED, "answered", answered_at, received_at=received_at)
    (pane,) = folded(FEED, answer).values()
    assert pane["answered_days"] == {days: 1}


def test_the_catalog() -> None:
    assert [each.name for each in PETITION.headline_indicators] == [
        "on_time_share", "overdue", "satisfaction", "open", "received",
    ]  # fmt: skip
    assert len(PETITION.indicators) == 11
    (open_items,) = PETITION.gauges
    assert open_items.closes == {"answered", "refused"}  # type: ignore[union-attr]
