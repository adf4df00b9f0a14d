"""The recount of petitions' panes, against figures worked out by hand from the definitions."""

import pytest

from tests.sinks.audit.conftest import Audit
from tests.sinks.audit.world import World

FEED = "petition"


def test_petitions(world: World, audit: Audit) -> None:
    world.event(FEED, "received", "03:00:00")
    world.event(FEED, "assigned", "03:00:01")
    world.event(FEED, "supplement_requested", "03:00:02")
    answered = {"received_at": "2026-11-13T03:00:00Z"}  # a Friday; the next Friday is day 5
    world.event(FEED, "answered", "03:00:03", due_at="03:00:03", **answered)
    world.event(FEED, "answered", "03:00:04", due_at="03:00:03.999", **answered)
    world.event(FEED, "published", "03:00:05", due_at="03:00:05")
    world.event(FEED, "published", "03:00:06", due_at="02:00:00", late=True)
    world.event(FEED, "refused", "03:00:07", due_at="03:30:00")
    world.event(FEED, "refused", "03:00:08", due_at="03:00:07")
    world.event(FEED, "rated", "03:00:09", rating=4)
    world.event(FEED, "rated", "03:00:10", rating=3)
    world.event(FEED, "received", "03:00:11", district="150")
    world.progress(FEED)
    world.pane(
        FEED,
        "03:00",
        {
            "events": 11,
            "late": 1,
            "received": 1,
            "answered": 2,
            "answered_on_time": 1,
            "answered_days_sum": 10,
            "published": 2,
            "published_on_time": 1,
            "refused": 2,
            "refused_on_time": 1,
            "rated": 2,
            "rating_sum": 7,
            "satisfied": 1,
        },
        {"answered_days": {5: 2}},
    )
    world.pane(FEED, "03:00", {"events": 1, "received": 1}, district="150")
    found = audit(FEED)
    assert found.faults == ()
    assert found.panes_checked == 2


@pytest.mark.parametrize(
    ("received_at", "day", "days"),
    [
        ("2026-08-28T03:00:00Z", "2026-09-04", 3),  # Monday, Tuesday, Friday: two days off between
        ("2026-11-19T17:30:00Z", "2026-11-20", 0),  # half past midnight of the same local day
        ("2026-11-19T16:30:00Z", "2026-11-20", 1),
        ("2026-11-20T04:00:00Z", "2026-11-20", 0),  # clocks that differ
        ("2026-11-13T03:00:00Z", "2026-11-15", 0),  # Friday to Sunday
        ("2024-01-02T03:00:00Z", "2026-11-20", 120),  # the longest there is
        ("2035-04-27T03:00:00Z", "2035-05-02", 1),  # of 2035 only fixed holidays are known
    ],
)
def test_working_days(world: World, audit: Audit, received_at: str, day: str, days: int) -> None:
    world.event(
        FEED, "answered", f"{day}T03:00:00Z", received_at=received_at, due_at=f"{day}T02:00:00Z"
    )
    world.progress(FEED)
    world.pane(
        FEED, "03:00", {"events": 1, "answered": 1, "answered_days_sum": days},
        {"answered_days": {days: 1}}, day=day,
    )  # fmt: skip
    found = audit(FEED)
    assert found.faults == ()
    assert found.panes_checked == 1
