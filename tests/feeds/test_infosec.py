"""Information security: bounds, panes and figures by hand, gauges, the simulator."""

from collections import Counter, defaultdict

import pytest

from contracts.indicators.formulas import Figure
from contracts.indicators.gauges import OpenItems
from contracts.messages import parse_iso
from contracts.reference.known_reporters import monitored_by_district
from contracts.reference.province import load_reference
from contracts.registry import feed_named
from contracts.settings import load_settings
from producers.infosec import InfosecSimulator
from producers.simulator import Planned, World
from streams.gauges.of_feed import FeedGauges
from streams.gauges.open_items import OpenItemsState
from tests.contracts.formed import loose
from tests.feeds.contract import Bounds, refusals
from tests.feeds.meaning import Meaning, Told, event, seconds
from tests.producers.conftest import drawn, local_ms

BOUNDS: list[Bounds] = [
    ("alert", "severity", ["low", "critical"], ["none", "High"]),
    ("alert", "category", ["ddos", "leak", "botnet"], ["other"]),
    (
        "alert",
        "host_token",
        ["0" * 64],
        ["srv-mail", "10.0.0.1", "0" * 15, "0" * 65],
    ),
    ("alert", "system_level", [1, 5], [0, 6]),
    ("triage", "verdict", ["false_alarm"], [True, "maybe"]),
    ("heartbeat", "system_id", ["ht-1"], ["", "a b"]),
    ("incident_opened", "due_at", ["2026-11-25T01:00:00Z"], [None, "2026-11-25"]),
    ("incident_contained", "opened_at", [], [None, 7]),
]
HOUR_MS = 3_600_000


@pytest.mark.parametrize("bounds", BOUNDS, ids=lambda bounds: f"{bounds[0]}.{bounds[1]}")
def test_bounds(bounds: Bounds) -> None:
    assert refusals("infosec", bounds) == []


def test_panes_and_figures(meaning: Meaning) -> None:
    opened = {"opened_at": "2026-11-20T01:00:00Z"}
    told = [
        Told("heartbeat", "03:00:00"),
        Told("alert", "03:00:01", {"severity": "low"}),
        Told("alert", "03:00:02", {"severity": "critical"}),
        Told("alert", "03:00:03", {"severity": "low"}),
        Told("alert", "03:00:04", {"severity": "medium"}),
        Told("triage", "03:00:05", {"verdict": "false_alarm"}),
        Told("triage", "03:00:06", {"verdict": "false_alarm"}),
        Told("triage", "03:00:07", {"verdict": "confirmed"}),
        Told("incident_opened", "03:00:08"),
        Told("incident_contained", "03:00:00", opened),  # 2 h
        Told("incident_contained", "03:00:00", {"opened_at": "2026-11-20T02:31:00Z"}),  # 29 min
        Told("incident_contained", "03:00:00", {"opened_at": "2026-11-20T03:00:09Z"}),  # reversed
        Told("incident_contained", "03:01:00", {"opened_at": "2026-10-01T03:01:00Z"}),  # 50 days
        Told("incident_reported", "03:00:10", {"due_at": "2026-11-20T03:00:10Z"}),
        Told("incident_reported", "03:00:11", {"due_at": "2026-11-20T03:00:10.999Z"}),
        Told("incident_resolved", "03:00:12", {"district": "150"}),
    ]
    found = meaning.agree(
        "infosec",
        told,
        {
            ("148", "03:00"): {
                "alerts": 4,
                "alerts_low": 2,
                "alerts_medium": 1,
                "alerts_critical": 1,
                "triaged": 3,
                "triaged_false": 2,
                "incidents": 1,
                "contained": 3,
                "contained_seconds": 7_200 + 1_740,
                "contained_half_hours": {4: 1, 0: 2},
                "reported": 2,
                "reported_on_time": 1,
            },
            ("148", "03:01"): {
                "contained": 1,
                "contained_seconds": 50 * 86_400,
                "contained_half_hours": {1_440: 1},
            },
            ("150", "03:00"): {"resolved": 1},
        },
    )
    assert found["alerts"] == Figure(4, 4)
    assert found["alerts_high"] == Figure(0, 0)
    assert found["false_share"].value == pytest.approx(2 / 3)
    assert found["incidents"].value == found["resolved"].value == 1
    # (2 h + 29 min + 0 + 1,200 h) / 4
    assert found["contain_hours_mean"].value == pytest.approx((2 + 29 / 60 + 1_200) / 4)
    # Rank 3.6 of 4: three lie below 720 h, 0.6 of the last one in [720, 720.5).
    assert found["contain_hours_p90"].value == pytest.approx(720.3)
    assert found["reported_on_time_share"].value == 0.5


def test_every_watched_system_stands_in_a_district() -> None:
    reference = load_reference(load_settings())
    known = monitored_by_district(reference)
    assert set(known) == reference.units.codes
    assert sum(map(len, known.values())) == len(load_reference(load_settings()).monitored) == 68


def test_systems_and_incidents_as_of_an_instant() -> None:
    feed = feed_named("infosec")
    gauges = FeedGauges(feed, load_reference(load_settings()), 86_400, {})
    told = [
        event("infosec", "heartbeat", "03:00:00", system_id="ht-150-01", district="150"),
        event("infosec", "heartbeat", "03:00:00", system_id="stranger", district="150"),
        event("infosec", "alert", "03:00:00", system_id="ht-150-02", district="150"),
        event("infosec", "incident_opened", "03:01:00", incident_id="a", district="150",
              due_at="04:00:00"),
        event("infosec", "incident_opened", "03:02:00", incident_id="b", district="150",
              due_at="04:00:00"),
        event("infosec", "incident_reported", "03:10:00", incident_id="a", district="150",
              due_at="04:00:00"),
        event("infosec", "incident_resolved", "03:20:00", incident_id="b", district="150"),
    ]  # fmt: skip
    times_s = [seconds(each) for each in told]
    gauges.fold(told, times_s, range(len(told)))
    base_s = times_s[0]
    parts = gauges.take_changed(base_s + 2_700)["150"]
    # An alert says nothing of the watch: one of the four systems is heard, for 45 minutes.
    assert (parts["online"], parts["known"]) == (1, 4)
    assert (parts["open"], parts["report_open"], parts["report_overdue"]) == (1, 1, 0)
    parts = gauges.take_changed(base_s + 3_601)["150"]
    assert (parts["online"], parts["report_overdue"]) == (0, 1)


def test_two_kinds_of_items_keep_their_own_parts() -> None:
    opens, closes = frozenset({"opened"}), frozenset({"closed"})
    kept = OpenItemsState(
        OpenItems("item", opens, closes, "due_at", by="level", by_values=("1",), prefix="x_"), 60
    )
    occurred_at = "2026-11-20T03:00:00.000Z"
    due_at = "2026-11-25T01:00:00.000Z"
    opened = loose(
        kind="opened", district="148", item="a", level=1, occurred_at=occurred_at, due_at=due_at
    )
    kept.fold([opened], [seconds(opened)], [0])
    assert kept.parts(0.0) == {"148": {"x_open": 1, "x_overdue": 0, "x_overdue_1": 0}}


@pytest.fixture(scope="module")
def weeks(province: World) -> list[Planned]:
    """Four weeks from Monday 5 October 2026."""
    return drawn(InfosecSimulator(province), local_ms(2026, 10, 5), local_ms(2026, 11, 2))


def of_kind(events: list[Planned], kind: str) -> list[Planned]:
    return [each for each in events if each.event["kind"] == kind]


def test_magnitudes(weeks: list[Planned]) -> None:
    counts = Counter(each.event["kind"] for each in weeks)
    assert counts["alert"] == pytest.approx(28 * 900, rel=0.05)
    assert counts["triage"] == pytest.approx(28 * 330, rel=0.06)
    assert counts["incident_opened"] == pytest.approx(28 * 4.5, rel=0.25)
    assert counts["incident_opened"] == counts["incident_contained"] == counts["incident_resolved"]
    # 68 systems every quarter of an hour, down a tenth of the days for 2.5 h on average
    assert counts["heartbeat"] == pytest.approx(28 * 68 * 96 * 0.99, rel=0.005)
    verdicts = Counter(each.event["verdict"] for each in of_kind(weeks, "triage"))
    assert verdicts["false_alarm"] / verdicts.total() == pytest.approx(0.88, abs=0.02)


def test_an_incident_is_opened_first_and_reported_mostly_within_five_days(
    weeks: list[Planned],
) -> None:
    lives: dict[str, dict[str, Planned]] = defaultdict(dict)
    for each in weeks:
        if "incident_id" in each.event:
            lives[each.event["incident_id"]][each.event["kind"]] = each
    late = 0
    for life in lives.values():
        opened = parse_iso(life["incident_opened"].event["occurred_at"])
        limit = parse_iso(life["incident_opened"].event["due_at"])
        assert limit - opened == 5 * 24 * HOUR_MS
        reported = parse_iso(life["incident_reported"].event["occurred_at"])
        late += reported > limit
        contained = parse_iso(life["incident_contained"].event["occurred_at"])
        assert opened < contained < parse_iso(life["incident_resolved"].event["occurred_at"])
        assert all(each.publish_ms >= life["incident_opened"].publish_ms for each in life.values())
    assert late / len(lives) == pytest.approx(0.06, abs=0.06)
