"""Simulated documents: whole lives, and what revocation takes back."""

from collections import Counter

import pytest

from contracts.messages import parse_iso
from producers.eoffice import EofficeSimulator
from producers.simulator import World
from tests.producers.conftest import drawn, local_ms
from tests.producers.test_dossier import Lives, lives_of

SIX_HOURS_MS = 21_600_000


@pytest.fixture(scope="module")
def week(world: World) -> Lives:
    """Documents of Monday 2 to Sunday 8 November 2026."""
    events = drawn(EofficeSimulator(world), local_ms(2026, 11, 2), local_ms(2026, 11, 9))
    return lives_of(events, "document_id")


def test_lives_are_whole_and_in_order(week: Lives) -> None:
    for life in week.values():
        kinds = [each.event["kind"] for each in life]
        incoming = life[0].event["direction"] == "incoming"
        allowed = (["received", "completed"], ["received", "revoked"]) if incoming else ()
        assert kinds in (*allowed, ["issued"], ["issued", "revoked"])
        assert (kinds[0] == "received") is incoming
        assert all(each.event["received_at"] == life[0].event["occurred_at"] for each in life)


def test_a_revocation_follows_within_six_hours_and_repeats_its_document(week: Lives) -> None:
    revoked = [life for life in week.values() if life[-1].event["kind"] == "revoked"]
    assert len(revoked) / len(week) == pytest.approx(0.007, abs=0.003)
    for first, last in revoked:
        elapsed = parse_iso(last.event["occurred_at"]) - parse_iso(first.event["occurred_at"])
        assert 0 < elapsed <= SIX_HOURS_MS
        assert last.publish_ms > first.publish_ms
        same = ("agency", "urgency", "electronic", "direction", "district")
        assert all(last.event[field] == first.event[field] for field in same)
        assert last.event.get("signed") == first.event.get("signed")


def test_magnitudes(week: Lives) -> None:
    firsts = [life[0].event for life in week.values()]
    total = len(firsts)
    assert total == pytest.approx(7 * 1_500, rel=0.10)
    urgency = Counter(event["urgency"] for event in firsts)
    for level, share in enumerate((0.80, 0.12, 0.05, 0.02, 0.01)):
        assert urgency[level] / total == pytest.approx(share, abs=0.013)
    assert sum(event["electronic"] for event in firsts) / total == pytest.approx(0.95, abs=0.01)
    issued = [event for event in firsts if event["kind"] == "issued"]
    assert sum(event["signed"] for event in issued) / len(issued) == pytest.approx(0.9, abs=0.06)


def test_agencies_are_the_provinces_in_its_seat_and_each_districts_own(
    week: Lives, world: World
) -> None:
    provincial = {agency.slug for agency in world.reference.agencies}
    own = {unit.code: f"ubnd-{unit.slug}" for unit in world.units.districts}
    for life in week.values():
        event = life[0].event
        if event["district"] == "148":  # the city
            assert event["agency"] in provincial | {"ubnd-hoa-binh"}
        else:
            assert event["agency"] == own[event["district"]]
