"""The recount of each feed's panes, against figures worked out by hand from the definitions."""

import pytest

from contracts.registry import FEEDS
from sinks.audit.panes import feeds_without_recount
from tests.sinks.audit.conftest import Audit
from tests.sinks.audit.world import World


def test_every_feed_has_a_recount() -> None:
    assert feeds_without_recount([feed.name for feed in FEEDS]) == []
    assert feeds_without_recount(["weather"]) == ["weather"]


def test_vehicles(world: World, audit: Audit) -> None:
    world.event("traffic", "detection", "03:00:00", speed_kmh=40.0, violation=None)
    world.event("traffic", "detection", "03:00:01", speed_kmh=0.25, vehicle_class="truck")
    world.event("traffic", "detection", "03:00:59.999", speed_kmh=59.95, vehicle_class="bus")
    world.event("traffic", "detection", "03:00:03", speed_kmh=59.0, violation=None, late=True)
    world.event("traffic", "review", "03:00:04", review="confirmed")
    world.event("traffic", "review", "03:00:05", review="rejected")
    world.event("traffic", "review", "03:00:06", review="rejected")
    world.event("traffic", "heartbeat", "03:00:07")
    world.event("traffic", "detection", "03:01:00", district="150", speed_kmh=0)
    world.progress("traffic")
    world.pane(
        "traffic",
        "03:00",
        {
            "events": 8,
            "late": 1,
            "detections": 4,
            "suspected": 2,
            "heavy": 2,
            "speed_deci_kmh": 1_592,  # 400 + 2 (2.5, half to even) + 600 (599.5) + 590
            "reviews": 3,
            "confirmed": 1,
            "rejected": 2,
        },
        {"speed_kmh": {40: 1, 0: 1, 59: 2}},
    )
    world.pane(
        "traffic", "03:01", {"events": 1, "detections": 1, "suspected": 1},
        {"speed_kmh": {0: 1}}, district="150",
    )  # fmt: skip
    found = audit("traffic")
    assert found.faults == ()
    assert (found.panes_checked, found.account.late) == (2, 1)


def test_articles(world: World, audit: Audit) -> None:
    world.event("press", "article", "03:00:00", outlet="a", score=-0.9, sentiment="negative")
    world.event("press", "article", "03:00:01", outlet="b", score=0.2505, sentiment="neutral")
    world.event("press", "article", "03:00:02", outlet="a", score=1, sentiment="positive")
    world.event("press", "article", "03:01:00", outlet="c", score=-0.0625, sentiment="neutral")
    world.progress("press")
    world.pane(
        "press",
        "03:00",
        {"events": 3, "articles": 3, "negative": 1, "score_milli": 350},  # -900 + 250 + 1,000
        sets={"outlets": ["a", "b"]},
    )
    # -62.5 goes to the even -62.
    world.pane(
        "press", "03:01", {"events": 1, "articles": 1, "score_milli": -62}, sets={"outlets": ["c"]}
    )
    found = audit("press")
    assert found.faults == ()
    assert found.panes_checked == 2


def test_dossiers(world: World, audit: Audit) -> None:
    day = "2026-11-{}T03:00:{}Z"
    for number, channel in enumerate((1, 2, 3, 2)):
        world.event("dossier", "received", f"03:00:0{number}", channel=channel)
    world.event(
        "dossier", "resolved", "03:00:04", digitised=True, rating=5,
        received_at=day.format(18, "04"), due_at="03:00:04",
    )  # fmt: skip
    world.event(
        "dossier", "resolved", "03:00:05", digitised=False, rating=3,
        received_at=day.format(17, "05.001"), due_at="03:00:04.999",
    )  # fmt: skip
    world.event(
        "dossier", "resolved", "03:00:06", digitised=True, rating=None,
        received_at="2024-01-01T00:00:06Z", due_at="04:00:00",
    )  # fmt: skip
    world.event("dossier", "paid", "03:00:07", paid_online=True)
    world.event("dossier", "paid", "03:00:08", paid_online=False)
    world.event("dossier", "supplement_requested", "03:00:10")
    world.event("dossier", "returned", "03:00:11")
    # Two clocks that differ: a result before its reception took no time.
    world.event("dossier", "resolved", "03:01:00", received_at="03:01:07", rating=4, late=True)
    world.progress("dossier")
    world.pane(
        "dossier",
        "03:00",
        {
            "events": 11,
            "received": 4,
            "received_online": 2,
            "resolved": 3,
            "resolved_on_time": 2,
            "resolved_digitised": 2,
            # 2 days; 3 days less 1 ms; 1,054 days (2024 has 366, 2025 365, to 20 November 323), 3 h
            "resolved_seconds": 172_800 + 259_199 + 1_054 * 86_400 + 10_800,
            "rated": 2,
            "rating_sum": 8,
            "satisfied": 1,
            "paid": 2,
            "paid_online": 1,
        },
        {"resolved_half_days": {4: 1, 5: 1, 1_460: 1}},
    )
    world.pane(
        "dossier",
        "03:01",
        {
            "events": 1,
            "late": 1,
            "resolved": 1,
            "resolved_on_time": 1,
            "resolved_digitised": 1,
            "rated": 1,
            "rating_sum": 4,
            "satisfied": 1,
        },
        {"resolved_half_days": {0: 1}},
    )
    found = audit("dossier")
    assert found.faults == ()
    assert found.panes_checked == 2


def test_dossiers_of_the_province_s_own_agencies(world: World, audit: Audit) -> None:
    own = {"level": "province"}
    world.event("dossier", "received", "03:00:00", channel=2, **own)
    world.event("dossier", "received", "03:00:01", channel=1, **own)
    world.event("dossier", "received", "03:00:02", channel=2, level="commune")
    world.event(
        "dossier", "resolved", "03:00:03", received_at="03:00:03", due_at="02:00:00",
        digitised=False, rating=None, **own,
    )  # fmt: skip
    world.event("dossier", "paid", "03:00:04", paid_online=True, **own)
    world.event("dossier", "paid", "03:00:05", paid_online=False, **own)
    world.event("dossier", "paid", "03:00:06", paid_online=True)
    world.progress("dossier")
    world.pane(
        "dossier",
        "03:00",
        {
            "events": 7,
            "received": 3,
            "received_at_province": 2,
            "received_online": 2,
            "received_online_at_province": 1,
            "resolved": 1,
            "resolved_at_province": 1,
            "paid": 3,
            "paid_online": 2,
            "paid_online_at_province": 1,
        },
        {"resolved_half_days": {0: 1}},
    )
    found = audit("dossier")
    assert found.faults == ()
    assert found.panes_checked == 1


def test_documents(world: World, audit: Audit) -> None:
    world.event("eoffice", "received", "03:00:00", electronic=True)
    world.event("eoffice", "received", "03:00:59.999", electronic=False)
    world.event("eoffice", "issued", "03:00:10", signed=True)
    world.event("eoffice", "issued", "03:00:20", signed=False)
    world.event("eoffice", "issued", "03:00:30", signed=True, electronic=False)
    world.event(
        "eoffice", "completed", "03:00:40", received_at="01:00:40", due_at="03:00:40"
    )  # 2 h, on time
    world.event(
        "eoffice", "completed", "03:00:50", received_at="02:30:50", due_at="03:00:49.999"
    )  # half an hour, 1 ms late
    world.event(
        "eoffice", "completed", "03:00:51", received_at="2026-08-01T03:00:51Z", due_at="04:00:00"
    )  # 111 days
    world.progress("eoffice")
    world.pane(
        "eoffice",
        "03:00",
        {
            "events": 8,
            "received": 2,
            "issued": 3,
            "issued_signed": 2,
            "registered": 5,
            "registered_electronic": 3,
            "completed": 3,
            "completed_on_time": 2,
            "completed_seconds": 7_200 + 1_800 + 111 * 86_400,
        },
        {"completed_hours": {2: 1, 0: 1, 2_400: 1}},
    )
    found = audit("eoffice")
    assert found.faults == ()
    assert found.panes_checked == 1


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
def test_a_revocation_takes_back_in_the_minute_of_its_document(
    world: World,
    audit: Audit,
    direction: str,
    signed: bool,
    electronic: bool,
    taken: dict[str, int],
) -> None:
    flags = {"direction": direction, "signed": signed, "electronic": electronic}
    world.event("eoffice", "revoked", "03:00:00", received_at="02:10:30", late=True, **flags)
    world.progress("eoffice")
    world.pane("eoffice", "02:10", taken)
    world.pane("eoffice", "03:00", {"events": 1, "late": 1})
    assert audit("eoffice").faults == ()


@pytest.mark.parametrize(
    ("received_at", "pane", "reaches"),
    [
        ("2026-11-19T03:00:00Z", ("03:00", "2026-11-19"), True),  # 24 h before
        ("2026-11-19T02:59:59.999Z", ("02:59", "2026-11-19"), False),  # and 1 ms more
        ("2026-11-20T03:00:00.000Z", ("03:00", "2026-11-20"), True),
        ("2026-11-20T03:00:00.001Z", ("03:00", "2026-11-20"), False),  # after its revocation
    ],
)
def test_how_far_a_revocation_reaches(
    world: World, audit: Audit, received_at: str, pane: tuple[str, str], reaches: bool
) -> None:
    world.event("eoffice", "revoked", "03:00:00", received_at=received_at, direction="outgoing")
    world.progress("eoffice")
    taken = {"issued": -1, "registered": -1, "registered_electronic": -1} if reaches else {}
    if pane == ("03:00", "2026-11-20"):
        world.pane("eoffice", "03:00", {"events": 1} | taken)
    else:
        world.pane("eoffice", "03:00", {"events": 1})
        if taken:
            world.pane("eoffice", pane[0], taken, day=pane[1])
    assert audit("eoffice").faults == ()


def test_a_document_revoked_in_its_own_minute_leaves_no_trace_but_its_events(
    world: World, audit: Audit
) -> None:
    """A part that came back to zero may stand in the pane as a zero."""
    world.event("eoffice", "received", "03:00:00", received_at="03:00:00", electronic=False)
    world.event(
        "eoffice", "revoked", "03:00:09", received_at="03:00:00", direction="incoming",
        electronic=False,
    )  # fmt: skip
    world.progress("eoffice")
    world.pane("eoffice", "03:00", {"events": 2, "received": 0, "registered": 0})
    assert audit("eoffice").faults == ()


@pytest.mark.parametrize(
    ("detected_at", "review", "pane"),
    [
        ("2026-11-19T03:00:00Z", "rejected", ("03:00", "2026-11-19")),  # 24 h before
        ("2026-11-19T02:59:59.999Z", "rejected", None),  # and 1 ms more
        ("2026-11-20T02:10:30Z", "rejected", ("02:10", "2026-11-20")),
        ("2026-11-20T02:10:30Z", "confirmed", None),
        ("2026-11-20T03:05:00.001Z", "rejected", None),  # after its review
        (None, "rejected", None),
    ],
)
def test_a_rejection_takes_the_suspicion_back_where_it_was_detected(
    world: World, audit: Audit, detected_at: str | None, review: str, pane: tuple[str, str] | None
) -> None:
    world.event("traffic", "review", "03:00:00", review=review, detected_at=detected_at)
    world.progress("traffic")
    world.pane("traffic", "03:00", {"events": 1, "reviews": 1, review: 1})
    if pane:
        world.pane("traffic", pane[0], {"suspected": -1}, day=pane[1])
    found = audit("traffic")
    assert found.faults == ()
    assert found.panes_checked == (2 if pane else 1)
