"""Panes, rolling windows and the province, against figures worked out by hand or by brute force."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events.event import Checked
from contracts.indicators.parts import Part, Parts, encode_parts
from contracts.messages import IndicatorRow, PaneRow, ProgressRow, iso
from contracts.registry import feed_named
from contracts.time.instants import checked_instant, epoch_ms
from streams.figures.rolling import RollingPanes
from streams.figures.view import FeedView, ends_of_passed
from streams.panes.fold import fold
from tests.contracts.formed import formed
from tests.contracts.samples import SAMPLES

MINUTE_S = 60


def checked(feed: str, kind: str, **changes: Any) -> Checked:
    event = SAMPLES[feed, kind] | changes
    return formed(
        {
            name: checked_instant(value) if name.endswith("_at") else value
            for name, value in event.items()
        }
    )


def folded(feed: str, *events: Checked) -> dict[tuple[str, str], Parts]:
    """Panes by district and by the clock time of their minute."""
    times = [epoch_ms(event["occurred_at"]) / 1000 for event in events]
    panes = fold(feed_named(feed), events, times, [])
    return {(district, iso(minute * 60_000)[11:16]): p for (district, minute), p in panes.items()}


def test_a_revoked_document_is_taken_back_from_the_minute_it_came_in() -> None:
    received = checked("eoffice", "received", occurred_at="2026-11-20T01:00:30Z")
    revoked = checked(
        "eoffice", "revoked", direction="incoming", received_at="2026-11-20T01:00:30Z"
    )
    panes = folded("eoffice", received, revoked)
    assert panes["148", "01:00"]["received"] == 0
    assert panes["148", "01:00"]["registered_electronic"] == 0
    assert panes["148", "01:00"]["events"] == 1
    assert panes["148", "03:00"] == {"events": 1}


def test_a_revocation_reaches_back_a_day_and_no_further() -> None:
    just = checked("eoffice", "revoked", received_at="2026-11-19T03:00:00Z", signed=True)
    over = checked("eoffice", "revoked", received_at="2026-11-19T02:59:59.999Z", signed=True)
    assert folded("eoffice", just)["148", "03:00"]["issued"] == -1
    assert folded("eoffice", just)["148", "03:00"]["issued_signed"] == -1
    assert folded("eoffice", over) == {("148", "03:00"): {"events": 1}}


def test_only_a_confirmed_violation_is_one() -> None:
    seen = checked("traffic", "detection")
    confirmed = checked("traffic", "review")
    rejected = checked("traffic", "review", review="rejected")
    (parts,) = folded("traffic", seen, confirmed, rejected).values()
    assert (parts["suspected"], parts["confirmed"], parts["rejected"]) == (1, 1, 1)
    # 61.5 km/h: 615 tenths, in the bin of 61 to 62.
    assert (parts["speed_deci_kmh"], parts["speed_kmh"]) == (615, {61: 1})


def test_being_on_time_counts_to_the_millisecond() -> None:
    due = "2026-11-20T03:00:00.000Z"
    exact = checked("dossier", "resolved", due_at=due, occurred_at=due)
    after = checked("dossier", "resolved", due_at=due, occurred_at="2026-11-20T03:00:00.001Z")
    (parts,) = folded("dossier", exact, after).values()
    assert (parts["resolved"], parts["resolved_on_time"]) == (2, 1)


PUTS = st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 9)), max_size=40)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(puts=PUTS, windows=st.lists(st.tuples(st.integers(0, 3_000), st.integers(1, 1_500))))
def test_a_window_equals_a_loop_over_its_minutes(
    puts: list[tuple[int, int]], windows: list[tuple[int, int]]
) -> None:
    rolling, panes = RollingPanes(), {}
    for minute, count in puts:
        panes[minute] = count
        rolling.put(minute, {"n": count, "h": {count: 1}})
        for first, length in windows:
            inside = [n for at, n in panes.items() if first <= at < first + length]
            window = rolling.window(first, first + length)
            assert window.get("n", 0) == sum(inside)
            assert window.get("h", {}) == Counter(inside)


def test_dropped_minutes_are_gone_and_the_rest_stays() -> None:
    rolling = RollingPanes()
    for minute in range(100):
        rolling.put(minute, {"n": 1})
    assert rolling.window(0, 100) == {"n": 100}
    rolling.drop_before(64)
    assert len(rolling) == 36
    assert rolling.window(0, 100) == {"n": 36}


BASE_S = 1_795_143_600  # 2026-11-20 03:00:00 UTC


def pane(district: str, minute: int, version: int, **parts: Part) -> PaneRow:
    encoded = encode_parts(parts)
    return {
        "feed": "dossier",
        "district": district,
        "pane": iso((BASE_S + minute * MINUTE_S) * 1000),
        "version": version,
        "counts": encoded["counts"],
        "histograms": encoded["histograms"],
        "sets": encoded["sets"],
        "emitted_at": iso(0),
    }


def progress(partition: int, watermark_s: float) -> ProgressRow:
    return {
        "feed": "dossier",
        "generation": 0,
        "partition": partition,
        "version": 0,
        "newest": iso(int((BASE_S + watermark_s) * 1000)),
        "watermark": iso(int((BASE_S + watermark_s) * 1000)),
        "accepted": 0,
        "rejected": 0,
        "duplicates": 0,
        "late": 0,
        "beyond": 0,
        "known_since": {},
        "emitted_at": "2099-01-01T00:00:00.000Z",
    }


def latest(rows: list[IndicatorRow], name: str, district: str, horizon_s: int) -> IndicatorRow:
    found = [
        row
        for row in rows
        if (row["indicator"], row["district"], row["horizon_s"])
        == (f"dossier.{name}", district, horizon_s)
    ]
    return max(found, key=lambda row: row["version"])


def view_of(*panes: PaneRow) -> FeedView:
    view = FeedView(feed_named("dossier"), "17", {"148": {}, "150": {}}, 1)
    for row in panes:
        view.put_pane(row)
    return view


def test_the_province_is_merged_never_averaged() -> None:
    # 1 of 1 on time here, 1 of 9 there: the province has 2 of 10, not the mean of 100 % and 11 %.
    view = view_of(
        pane("148", 0, 1, resolved=1, resolved_on_time=1),
        pane("150", 0, 1, resolved=9, resolved_on_time=1),
    )
    view.put_progress(progress(0, 30))
    rows = view.report(now_ms=1_000)
    province = latest(rows, "on_time_share", "17", 300)
    assert (province["value"], province["numerator"], province["denominator"]) == (0.2, 2, 10)
    assert latest(rows, "on_time_share", "148", 300)["value"] == 1.0


def test_a_window_ends_with_the_watermarks_minute() -> None:
    view = view_of(*(pane("148", minute, 1, received=10**minute) for minute in range(7)))
    view.put_progress(progress(0, 5 * MINUTE_S + 59))
    row = latest(view.report(1_000), "received", "148", 300)
    # Minutes 1 to 5: the seventh lies after the watermark's minute, the first before the five.
    assert row["value"] == 111_110
    assert row["window_end"] == iso((BASE_S + 6 * MINUTE_S) * 1000)
    assert row["as_of"] == iso((BASE_S + 5 * MINUTE_S + 59) * 1000)


def test_an_older_version_of_a_pane_changes_nothing() -> None:
    view = view_of(pane("148", 0, 5, received=3), pane("148", 0, 4, received=2))
    view.put_progress(progress(0, 30))
    assert latest(view.report(1_000), "received", "17", 300)["value"] == 3


def test_the_watermark_is_the_slowest_partitions_and_never_goes_back() -> None:
    view = view_of()
    assert view.report(1_000) == []
    view.put_progress(progress(0, 100))
    view.put_progress(progress(1, 40))
    assert view.watermark_ms == (BASE_S + 40) * 1000
    view.put_progress(progress(1, 20))
    view.put_progress(progress(2, 10))
    assert view.watermark_ms == (BASE_S + 40) * 1000


def test_a_passed_minute_gets_its_last_rows() -> None:
    view = view_of(pane("148", 0, 1, received=1))
    view.put_progress(progress(0, 30))
    view.report(1_000)
    view.put_pane(pane("148", 0, 2, received=2))
    view.put_pane(pane("148", 1, 2, received=5))
    view.put_progress(progress(0, 65))
    rows = [
        (row["window_end"][11:16], row["value"])
        for row in view.report(3_000)
        if (row["indicator"], row["district"], row["horizon_s"]) == ("dossier.received", "148", 300)
    ]
    assert rows == [("03:01", 2), ("03:02", 7)]


def test_minutes_on_the_way_of_a_stretch_that_passed_at_once_are_reported_too() -> None:
    """From minute 0 to 25 at once: closed at 10, 20 and 25, each over the five minutes before."""
    view = view_of(pane("148", 0, 1, received=1))
    view.put_progress(progress(0, 30))
    view.report(1_000)
    for minute, received in ((4, 2), (6, 4), (9, 8), (14, 16), (20, 32), (25, 64)):
        view.put_pane(pane("148", minute, 2, received=received))
    view.put_progress(progress(0, 25 * MINUTE_S + 30))
    rows = [
        (row["window_end"][11:16], row["as_of"][11:16], row["value"])
        for row in view.report(3_000)
        if (row["indicator"], row["district"], row["horizon_s"]) == ("dossier.received", "148", 300)
    ]
    assert rows == [
        ("03:10", "03:10", 12),
        ("03:20", "03:20", 0),
        ("03:25", "03:25", 32),
        ("03:26", "03:25", 64),
    ]


@pytest.mark.parametrize(
    ("since", "minute", "ends"),
    [
        (0, 7_000, [7_000]),
        (100, 101, [101]),
        (100, 103, [101, 102, 103]),
        (100, 118, [110, 118]),
        (110, 130, [120, 130]),
        (100, 230, [120, 180, 230]),
    ],
)
def test_which_passed_minutes_are_reported(since: int, minute: int, ends: list[int]) -> None:
    assert list(ends_of_passed(since, minute, minute)) == ends


def test_a_gauge_that_nothing_was_heard_of_is_no_data() -> None:
    view = view_of()
    view.put_progress(progress(0, 30))
    assert latest(view.report(1_000), "open", "148", 0)["value"] is None
    view.put_gauge(
        {
            "feed": "dossier",
            "district": "148",
            "version": 0,
            "as_of_ms": 0,
            "emitted_at": "2026-11-20T03:00:00.000Z",
            "counts": {"open": 0, "overdue": 0},
            "histograms": {},
            "sets": {},
        }
    )
    assert latest(view.report(2_000), "open", "148", 0)["value"] == 0


def test_no_minute_on_the_way_is_told_behind_the_last_eventful_one() -> None:
    """A clock that leaps by seventy years costs no page an hour."""
    minute = 70 * 365 * 1_440
    assert list(ends_of_passed(60, minute, 300)) == [120, 180, 240, 300, minute]
    assert list(ends_of_passed(60, 64, 10)) == [64]


def test_a_gauge_says_its_own_as_of() -> None:
    """A district whose partition is ahead of the feed says so; what rests is as of the feed."""
    view = view_of()
    view.put_progress(progress(0, 30))
    ahead_ms, behind_ms = ((BASE_S + at_s) * 1000 for at_s in (45, 10))
    for district, as_of_ms in (("148", ahead_ms), ("150", behind_ms)):
        view.put_gauge(
            {
                "feed": "dossier",
                "district": district,
                "version": 0,
                "as_of_ms": as_of_ms,
                "emitted_at": iso(as_of_ms),
                "counts": {"open": 1, "overdue": 0},
                "histograms": {},
                "sets": {},
            }
        )
    rows = view.report(1_000)
    as_of = {code: latest(rows, "open", code, 0)["as_of"] for code in ("148", "150", "17")}
    feed_is_at = iso((BASE_S + 30) * 1000)
    assert as_of == {"148": iso(ahead_ms), "150": feed_is_at, "17": feed_is_at}


def test_a_figure_over_minutes_that_do_not_know_a_part_has_no_number() -> None:
    """The numerator of the minutes that know it would stand over the denominator of all."""
    view = view_of(
        pane("148", -30, 1, resolved=8),
        pane("148", 0, 2, resolved=2, resolved_on_time=2),
    )
    row = progress(0, 30)
    row["known_since"] = {"resolved_on_time": BASE_S - 300}
    view.put_progress(row)
    rows = view.report(1_000)

    def value(name: str, horizon_s: int) -> float | None:
        return latest(rows, name, "148", horizon_s)["value"]

    assert (value("on_time_share", 300), value("on_time_share", 3_600)) == (1.0, None)
    assert value("resolved", 3_600) == 10
    row = progress(0, 95)
    row["version"] = 1
    view.put_progress(row)
    rows = view.report(2_000)
    assert value("on_time_share", 3_600) == 0.2
