"""Panes of each feed, and the figures that follow from them, worked out by hand."""

from typing import Any

import pytest

from contracts.events.event import Checked
from contracts.indicators.formulas import Figure, Span
from contracts.indicators.parts import Parts, merged
from contracts.registry import feed_named
from contracts.time.instants import checked_instant, epoch_ms
from streams.panes.fold import PaneKey, fold
from tests.contracts.formed import formed
from tests.contracts.samples import SAMPLES


def event(of_feed: str, of_kind: str, occurred_at: str, **fields: Any) -> Checked:
    """A checked event of 2026-11-20; times are given as hh:mm:ss, or in full."""
    merged_fields = SAMPLES[of_feed, of_kind] | {"occurred_at": occurred_at} | fields
    return formed(
        {
            name: checked_instant(value if "T" in value else f"2026-11-20T{value}Z")
            if name.endswith("_at")
            else value
            for name, value in merged_fields.items()
        }
    )


def folded(feed: str, *events: Checked, late: tuple[int, ...] = ()) -> dict[PaneKey, Parts]:
    times_s = [epoch_ms(each["occurred_at"]) / 1000 for each in events]
    return fold(feed_named(feed), events, times_s, late)


def minute(clock: str, day: int = 20) -> int:
    """2026-11-20 is day 20,777 since 1970."""
    hours, minutes = map(int, clock.split(":"))
    return (20_777 + day - 20) * 1_440 + hours * 60 + minutes


def figures(feed: str, parts: Parts) -> dict[str, Figure]:
    span = Span(0.0, 3_600.0)
    return {
        each.name: each.formula.figure(parts, span)
        for each in feed_named(feed).indicators
        if not each.is_gauge
    }


def test_documents() -> None:
    panes = folded(
        "eoffice",
        event("eoffice", "received", "03:00:00", electronic=True),
        event("eoffice", "received", "03:00:59.999", electronic=False),
        event("eoffice", "issued", "03:00:10", signed=True),
        event("eoffice", "issued", "03:00:20", signed=False),
        event("eoffice", "issued", "03:00:30", signed=True, electronic=False),
        event("eoffice", "completed", "03:00:40", received_at="01:00:40", due_at="03:00:40"),
        event("eoffice", "completed", "03:00:50", received_at="02:30:50", due_at="03:00:49.999"),
        event("eoffice", "received", "03:01:00", district="150"),
    )
    assert set(panes) == {("148", minute("03:00")), ("150", minute("03:01"))}
    assert panes["148", minute("03:00")] == {
        "events": 7,
        "received": 2,
        "issued": 3,
        "issued_signed": 2,
        "registered": 5,
        "registered_electronic": 3,  # 1 received, 2 issued
        "completed": 2,
        "completed_on_time": 1,
        "completed_seconds": 9_000,  # 7,200 + 1,800
        "completed_hours": {2: 1, 0: 1},
    }
    found = figures("eoffice", panes["148", minute("03:00")])
    assert found["on_time_share"] == Figure(0.5, 1, 2)
    assert found["signed_share"].value == pytest.approx(2 / 3)
    assert found["electronic_share"].value == pytest.approx(3 / 5)
    assert found["hours_mean"].value == pytest.approx(1.25)  # 2.5 h / 2
    # Rank 1.8 of 2: one lies in [0, 1), 0.8 of the other in [2, 3).
    assert found["hours_p90"].value == pytest.approx(2.8)


def test_a_day_of_a_hundred_days_and_more_is_the_last_bin() -> None:
    """2,400 hours are 100 days; 2026-08-01 to 2026-11-20 are 111."""
    (pane,) = folded(
        "eoffice",
        event("eoffice", "completed", "03:00:00", received_at="2026-08-01T03:00:00Z"),
    ).values()
    assert pane["completed_hours"] == {2_400: 1}
    assert pane["completed_seconds"] == 111 * 86_400


def test_a_completion_before_its_reception_took_no_time() -> None:
    """Two clocks that differ by a little."""
    (pane,) = folded(
        "eoffice", event("eoffice", "completed", "03:00:00", received_at="03:00:07")
    ).values()
    assert pane["completed_hours"] == {0: 1}
    assert "completed_seconds" not in pane


@pytest.mark.parametrize(
    ("direction", "signed", "electronic", "taken"),
    [
        ("incoming", False, True, {"received": -1, "registered": -1, "registered_electronic": -1}),
        ("incoming", True, False, {"received": -1, "registered": -1}),
        ("outgoing", False, False, {"issued": -1, "registered": -1}),
        (
            "outgoing",
            True,
            True,
            {"issued": -1, "issued_signed": -1, "registered": -1, "registered_electronic": -1},
        ),
    ],
)
def test_a_revocation_takes_back_what_it_says(
    direction: str, signed: bool, electronic: bool, taken: Parts
) -> None:
    flags = {"direction": direction, "signed": signed, "electronic": electronic}
    revoked = event("eoffice", "revoked", "03:00:00", received_at="02:10:30", **flags)
    panes = folded("eoffice", revoked)
    assert panes == {
        ("148", minute("02:10")): taken,
        ("148", minute("03:00")): {"events": 1},
    }


@pytest.mark.parametrize(
    ("received_at", "reaches"),
    [
        ("2026-11-19T03:00:00Z", True),  # 24 h before
        ("2026-11-19T02:59:59.999Z", False),  # and 1 ms more
        ("2026-11-20T03:00:00Z", True),
        ("2026-11-20T03:00:00.001Z", False),  # after its revocation: not a document of the past
    ],
)
def test_how_far_a_revocation_reaches(received_at: str, reaches: bool) -> None:
    panes = folded("eoffice", event("eoffice", "revoked", "03:00:00", received_at=received_at))
    assert (merged(panes.values()).get("registered") == -1) is reaches


def test_a_window_with_more_taken_back_than_came_has_no_share() -> None:
    """The pane of the reception lies in the window, its revocation too, but it came elsewhere."""
    revoked = event("eoffice", "revoked", "03:00:00", direction="outgoing", received_at="02:59:00")
    found = figures("eoffice", merged(folded("eoffice", revoked).values()))
    assert found["issued"] == Figure(-1, -1)
    assert found["signed_share"] == Figure(None)


def test_dossiers() -> None:
    day = "2026-11-{}T03:00:{}Z"
    panes = folded(
        "dossier",
        event("dossier", "received", "03:00:00", channel=1, level="province"),
        event("dossier", "received", "03:00:01", channel=2, level="province"),
        event("dossier", "received", "03:00:02", channel=3, level="province"),
        event("dossier", "received", "03:00:03", channel=2),
        event(
            "dossier", "resolved", "03:00:04", digitised=True, rating=5,
            received_at=day.format(18, "04"), due_at="03:00:04",
        ),
        event(
            "dossier", "resolved", "03:00:05", digitised=False, rating=2, level="province",
            received_at=day.format(17, "05"), due_at="03:00:04",
        ),
        event(
            "dossier", "resolved", "03:00:06", digitised=True, rating=None,
            received_at=day.format(19, "06"), due_at="04:00:00",
        ),
        event("dossier", "paid", "03:00:07", paid_online=True, level="commune"),
        event("dossier", "paid", "03:00:08", paid_online=True, level="province"),
        event("dossier", "paid", "03:00:09", paid_online=False, level="province"),
        event("dossier", "supplement_requested", "03:00:10"),
        event("dossier", "returned", "03:00:11"),
    )  # fmt: skip
    (pane,) = panes.values()
    assert pane == {
        "events": 12,
        "received": 4,
        "received_at_province": 3,
        "received_online": 2,
        "received_online_at_province": 1,
        "resolved": 3,
        "resolved_at_province": 1,
        "resolved_on_time": 2,
        "resolved_digitised": 2,
        "resolved_seconds": 518_400,  # 2 + 3 + 1 days
        "resolved_half_days": {4: 1, 6: 1, 2: 1},
        "rated": 2,
        "rating_sum": 7,
        "satisfied": 1,
        "paid": 3,
        "paid_online": 2,
        "paid_online_at_province": 1,
    }
    found = figures("dossier", pane)
    assert found["on_time_share"].value == pytest.approx(2 / 3)
    assert found["online_share"].value == 0.5
    assert found["online_payment_share"].value == pytest.approx(2 / 3)
    assert found["digitised_share"].value == pytest.approx(2 / 3)
    assert found["satisfaction"] == Figure(3.5, 7, 2)
    assert found["satisfied_share"].value == 0.5
    assert found["days_mean"].value == pytest.approx(2.0)
    # Rank 2.7 of 3: two lie below 3 days, 0.7 of the third in [3, 3.5): 3.35 days.
    assert found["days_p90"].value == pytest.approx(3.35)


def test_vehicles() -> None:
    panes = folded(
        "traffic",
        event("traffic", "detection", "03:00:00", speed_kmh=40.0, violation=None),
        event("traffic", "detection", "03:00:01", speed_kmh=40.96, vehicle_class="truck"),
        event("traffic", "detection", "03:00:02", speed_kmh=59.94, vehicle_class="bus"),
        event("traffic", "detection", "03:00:03", speed_kmh=0, violation=None),
        event("traffic", "review", "03:00:04", review="confirmed"),
        event("traffic", "review", "03:00:05", review="rejected"),
        event("traffic", "review", "03:00:06", review="rejected"),
        event("traffic", "heartbeat", "03:00:07"),
    )
    (pane,) = panes.values()
    assert pane == {
        "events": 8,
        "detections": 4,
        "suspected": 2,
        "heavy": 2,
        "speed_deci_kmh": 1_409,  # 400 + 410 (409.6) + 599 (599.4) + 0
        "speed_kmh": {40: 2, 59: 1, 0: 1},
        "reviews": 3,
        "confirmed": 1,
        "rejected": 2,
    }
    found = figures("traffic", pane)
    assert found["flow"] == Figure(4.0, 4, 1.0)
    assert found["speed_mean"].value == pytest.approx(35.225)  # 140.9 / 4
    # Rank 3.4 of 4: 1 + 2 lie below 59, 0.4 of the last one in [59, 60).
    assert found["speed_p85"].value == pytest.approx(59.4)
    assert found["detected"] == Figure(2, 2)
    assert found["confirmed"] == Figure(1, 1)
    assert found["reject_share"].value == pytest.approx(2 / 3)
    assert found["heavy_share"].value == 0.5


def test_a_rejected_suspicion_is_taken_back_where_it_was_counted() -> None:
    """Up to a day after the detection; a confirmed one stays, and so does one without its time."""
    seen = {"detected_at": "2026-11-20T03:00:30Z"}
    panes = folded(
        "traffic",
        event("traffic", "detection", "03:00:30"),
        event("traffic", "review", "03:40:00", review="rejected", **seen),
        event("traffic", "review", "03:41:00", review="confirmed", **seen),
        event("traffic", "review", "03:42:00", review="rejected"),
        event("traffic", "review", "02:59:00", review="rejected", **seen),
    )
    suspected = {key[1] % 1440: pane.get("suspected") for key, pane in panes.items()}
    assert suspected == {180: 0, 220: None, 221: None, 222: None, 179: None}


def test_articles() -> None:
    panes = folded(
        "press",
        event("press", "article", "03:00:00", outlet="a", score=-0.9, sentiment="negative"),
        event("press", "article", "03:00:01", outlet="b", score=0.25, sentiment="neutral"),
        event("press", "article", "03:00:02", outlet="a", score=1, sentiment="positive"),
        event("press", "article", "03:01:00", outlet="c", score=0.05, sentiment="neutral"),
    )
    assert panes["148", minute("03:00")] == {
        "events": 3,
        "articles": 3,
        "negative": 1,
        "score_milli": 350,  # -900 + 250 + 1,000
        "outlets": frozenset("ab"),
    }
    found = figures("press", merged(panes.values()))
    assert found["articles"] == Figure(4, 4)
    assert found["outlets"] == Figure(3, 3)
    assert found["negative_share"].value == 0.25
    assert found["sentiment_mean"].value == pytest.approx(0.1)  # 0.4 / 4


def test_late_events_are_counted_in_their_own_pane() -> None:
    panes = folded(
        "press",
        event("press", "article", "03:05:00"),
        event("press", "article", "03:00:00"),
        event("press", "article", "03:05:01"),
        event("press", "article", "03:00:59"),
        late=(1, 3),
    )
    assert {key: (pane["events"], pane.get("late")) for key, pane in panes.items()} == {
        ("148", minute("03:05")): (2, None),
        ("148", minute("03:00")): (2, 2),
    }


def test_a_minute_begins_at_its_first_millisecond() -> None:
    panes = folded(
        "press",
        event("press", "article", "02:59:59.999"),
        event("press", "article", "03:00:00.000"),
        event("press", "article", "2026-11-20T10:00:59.999+07:00"),
        event("press", "article", "2026-11-20T00:00:00.000+07:00"),
    )
    assert {key[1]: pane["events"] for key, pane in panes.items()} == {
        minute("02:59"): 1,
        minute("03:00"): 2,
        minute("17:00", day=19): 1,
    }
