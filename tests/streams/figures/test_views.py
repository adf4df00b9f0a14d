"""A feed's figures: effects of the province, the windows, the watermark and repeats."""

from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.indicators.parts import Parts, encode_parts
from contracts.messages import HOUR_MS, GaugeRow, IndicatorRow, PaneRow, ProgressRow, iso, parse_iso
from contracts.registry import feed_named
from streams.figures.view import FeedView, upto_of

START_MS = 1_795_143_600_000  # 2026-11-20 03:00:00 UTC
DAY = 1_440
NOW = iso(START_MS + 1_000 * 24 * HOUR_MS)
"""The clock when progress is emitted, ahead of all event times."""


def clock(minute: float) -> str:
    """ISO 8601 of that many minutes after the start, which stay within the days around it."""
    ms = round(minute * 60_000)
    days, ms = divmod(ms + 3 * 3_600_000, 86_400_000)
    hours, ms = divmod(ms, 3_600_000)
    minutes, ms = divmod(ms, 60_000)
    return f"2026-11-{20 + days}T{hours:02d}:{minutes:02d}:{ms // 1000:02d}.{ms % 1000:03d}Z"


def pane(feed: str, district: str, minute: int, version: int, parts: Parts) -> PaneRow:
    encoded = encode_parts(parts)
    return {
        "feed": feed,
        "district": district,
        "pane": clock(minute),
        "version": version,
        "counts": encoded["counts"],
        "histograms": encoded["histograms"],
        "sets": encoded["sets"],
        "emitted_at": clock(0),
    }


def gauge(feed: str, district: str, parts: Parts) -> GaugeRow:
    encoded = encode_parts(parts)
    return {
        "feed": feed,
        "district": district,
        "version": 0,
        "as_of_ms": START_MS,
        "emitted_at": clock(0),
        "counts": encoded["counts"],
        "histograms": encoded["histograms"],
        "sets": encoded["sets"],
    }


def progress(minute: float, partition: int = 0, newest: float | None = None) -> ProgressRow:
    return {
        "feed": "any",
        "generation": 0,
        "partition": partition,
        "version": 1,
        "newest": clock(minute if newest is None else newest),
        "watermark": clock(minute),
        "accepted": 0,
        "rejected": 0,
        "duplicates": 0,
        "late": 0,
        "beyond": 0,
        "known_since": {},
        "emitted_at": NOW,
    }


def view_of(feed: str, initial: Mapping[str, Parts] | None = None, partitions: int = 1) -> FeedView:
    units = initial or {"148": {}, "150": {}, "152": {}}
    return FeedView(feed_named(feed), "17", units, partitions)


def of(rows: list[IndicatorRow], indicator: str, district: str, horizon_s: int) -> IndicatorRow:
    """The row of the newest version."""
    wanted = (indicator, district, horizon_s)
    found = [r for r in rows if (r["indicator"], r["district"], r["horizon_s"]) == wanted]
    return max(found, key=lambda row: row["version"])


def test_the_speed_of_the_province_is_that_of_all_its_vehicles() -> None:
    """Nine vehicles at 30 km/h here, one at 80 there: 350 / 10 = 35, and not (30 + 80) / 2 = 55.

    The 85th percentile is of rank 8.5, so 8.5 of the 9 in [30, 31): 30.944…; of the districts it
    is 30.85 and 80.85, whose mean would be 55.85.
    """
    view = view_of("traffic")
    slow: Parts = {"detections": 9, "speed_deci_kmh": 2_700, "speed_kmh": {30: 9}}
    fast: Parts = {"detections": 1, "speed_deci_kmh": 800, "speed_kmh": {80: 1}}
    view.put_pane(pane("traffic", "148", 0, 1, slow))
    view.put_pane(pane("traffic", "150", 0, 1, fast))
    view.put_progress(progress(0.5))
    rows = view.report(START_MS)
    assert of(rows, "traffic.speed_mean", "17", 3_600)["value"] == pytest.approx(35)
    assert of(rows, "traffic.speed_mean", "150", 3_600)["value"] == pytest.approx(80)
    p85 = of(rows, "traffic.speed_p85", "17", 3_600)
    assert p85["value"] == pytest.approx(30 + 8.5 / 9)
    assert p85["denominator"] == 10
    assert of(rows, "traffic.speed_p85", "148", 3_600)["value"] == pytest.approx(30.85)
    assert of(rows, "traffic.speed_p85", "150", 3_600)["value"] == pytest.approx(80.85)


def test_what_the_province_itself_tells_is_counted_for_it_once_and_in_no_district() -> None:
    view = view_of("platform", {"148": {}, "17": {"up": 0, "known": 21}})
    view.put_pane(pane("platform", "148", 0, 1, {"calls": 2}))
    view.put_pane(pane("platform", "17", 0, 1, {"calls": 5}))
    view.put_gauge(gauge("platform", "17", {"up": 20, "known": 21}))
    view.put_progress(progress(0.5))
    rows = view.report(START_MS)
    assert of(rows, "platform.calls", "17", 300)["value"] == 7
    assert of(rows, "platform.calls", "148", 300)["value"] == 2
    told_of = [
        (row["indicator"], row["district"], row["horizon_s"], row["window_end"]) for row in rows
    ]
    assert len(told_of) == len(set(told_of))
    assert of(rows, "platform.systems_up", "17", 0)["numerator"] == 20


def test_an_outlet_that_writes_in_two_districts_is_one_outlet_of_the_province() -> None:
    view = view_of("press")
    view.put_pane(pane("press", "148", 0, 1, {"articles": 2, "outlets": frozenset("ab")}))
    view.put_pane(pane("press", "150", 0, 1, {"articles": 1, "outlets": frozenset("b")}))
    view.put_progress(progress(0.5))
    rows = view.report(START_MS)
    values = {code: of(rows, "press.outlets", code, 300)["value"] for code in ("17", "148", "150")}
    assert values == {"17": 2, "148": 2, "150": 1}


def test_the_flow_counts_the_time_that_has_passed() -> None:
    """60 vehicles in a window of five minutes, 4 min 30 s of which have passed: 800 an hour."""
    view = view_of("traffic")
    view.put_pane(pane("traffic", "148", 3, 1, {"detections": 60}))
    view.put_progress(progress(4.5))
    row = of(view.report(START_MS), "traffic.flow", "148", 300)
    assert row["value"] == pytest.approx(800)
    assert row["denominator"] == pytest.approx(0.075)
    assert (row["window_end"], row["as_of"]) == (clock(5), clock(4.5))


@pytest.mark.parametrize("horizon", [5, 60, DAY])
def test_the_edges_of_the_windows(horizon: int) -> None:
    """The window of n minutes that ends with minute m holds m - n + 1 to m."""
    last = 2_000
    inside = {last - horizon + 1, last}
    for held in (last - horizon, last - horizon + 1, last, last + 1):
        view = view_of("press")
        view.put_pane(pane("press", "148", held, 1, {"articles": 1}))
        view.put_progress(progress(last))
        row = of(view.report(START_MS), "press.articles", "148", horizon * 60)
        assert row["value"] == (1 if held in inside else 0), held


def test_an_older_version_that_comes_after_a_newer_changes_nothing() -> None:
    view = view_of("press")
    for version, count in ((2, 20), (1, 10), (2, 99), (3, 30), (0, 1)):
        view.put_pane(pane("press", "148", 0, version, {"articles": count}))
    view.put_progress(progress(0.5))
    assert of(view.report(START_MS), "press.articles", "148", 300)["value"] == 30


ROWS = st.lists(
    st.tuples(
        st.sampled_from(("148", "150")),
        st.integers(0, 70),
        st.integers(1, 5),
    ),
    max_size=14,
)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(held=ROWS, data=st.data(), end=st.integers(0, 75))
def test_rows_in_any_order_and_again_give_the_figures_of_a_recount(
    held: list[tuple[str, int, int]], data: st.DataObject, end: int
) -> None:
    """The parts of a version follow from it, as they do in a log: ``version`` squared articles."""
    view = view_of("press")
    for district, minute, version in data.draw(st.permutations(held + held[:4])):
        view.put_pane(pane("press", district, minute, version, {"articles": version**2}))
    view.put_progress(progress(end))
    rows = view.report(START_MS)
    newest: dict[tuple[str, int], int] = {}
    for district, minute, version in held:
        newest[district, minute] = max(version, newest.get((district, minute), 0))
    for horizon in (5, 60):
        for unit, members in (("148", {"148"}), ("17", {"148", "150"})):
            expected = sum(
                version**2
                for (district, minute), version in newest.items()
                if district in members and end - horizon < minute <= end
            )
            assert of(rows, "press.articles", unit, horizon * 60)["value"] == expected


def test_nothing_is_reported_before_any_progress() -> None:
    view = view_of("press")
    view.put_pane(pane("press", "148", 0, 1, {"articles": 1}))
    view.put_gauge(gauge("press", "148", {"hours": {}}))
    assert view.report(START_MS) == []
    assert view.watermark_ms == 0


def test_nothing_is_reported_when_nothing_changed() -> None:
    view = view_of("press")
    view.put_progress(progress(0.1))
    assert view.report(START_MS)
    view.put_progress(progress(0.5))
    assert view.report(START_MS + 1) == []


def test_only_what_changed_is_reported_within_a_minute_and_always_the_province() -> None:
    view = view_of("press")
    view.put_progress(progress(0.1))
    assert {row["district"] for row in view.report(START_MS)} == {"17", "148", "150", "152"}
    view.put_pane(pane("press", "150", 0, 1, {"articles": 1}))
    view.put_progress(progress(0.5))
    assert {row["district"] for row in view.report(START_MS)} == {"17", "150"}
    view.put_progress(progress(1.0))
    assert {row["district"] for row in view.report(START_MS)} == {"17"}


def test_every_indicator_has_a_row_for_each_horizon() -> None:
    view = view_of("eoffice")
    view.put_progress(progress(0.1))
    rows = [row for row in view.report(START_MS) if row["window_end"] == clock(1)]
    feed = feed_named("eoffice")
    expected = {
        (feed.indicator_id(each), district, horizon_s)
        for each in feed.indicators
        for horizon_s in each.horizons_s
        for district in ("17", "148", "150", "152")
    }
    assert {(row["indicator"], row["district"], row["horizon_s"]) for row in rows} == expected
    assert len(rows) == len(expected)


def test_the_minute_that_passed_is_reported_first_and_older() -> None:
    view = view_of("press")
    view.put_pane(pane("press", "148", 0, 1, {"articles": 1}))
    view.put_progress(progress(0.5))
    view.report(START_MS)
    view.put_pane(pane("press", "148", 0, 2, {"articles": 2}))
    view.put_pane(pane("press", "148", 1, 2, {"articles": 10}))
    view.put_progress(progress(1.25))
    view.upto = 40
    rows = [
        (row["window_end"], row["as_of"], row["value"], row["version"])
        for row in view.report(START_MS + 500)
        if (row["indicator"], row["district"], row["horizon_s"]) == ("press.articles", "148", 300)
    ]
    assert rows == [
        (clock(1), clock(1), 2, 80),
        (clock(2), clock(1.25), 12, 81),
    ]


def told(view: FeedView, now_ms: int) -> set[tuple[str, str]]:
    """The indicators and units in a report."""
    return {(row["indicator"], row["district"]) for row in view.report(now_ms)}


def test_a_figure_that_is_as_it_was_told_is_not_told_again_within_its_minute() -> None:
    """One more article of a known outlet changes no number of outlets, and nothing elsewhere."""
    view = view_of("press")
    view.put_pane(pane("press", "150", 0, 1, {"articles": 1, "outlets": frozenset("a")}))
    view.put_progress(progress(0.1))
    everything = told(view, START_MS)
    assert {("press.articles", "150"), ("press.outlets", "150")} < everything
    view.put_pane(pane("press", "150", 0, 2, {"articles": 2, "outlets": frozenset("a")}))
    view.put_progress(progress(0.5))
    again = told(view, START_MS)
    assert {("press.articles", "17"), ("press.articles", "150")} <= again
    assert not again & {("press.outlets", "17"), ("press.outlets", "150")}
    assert {district for _, district in again} == {"17", "150"}


def test_a_pane_that_comes_again_has_nothing_told() -> None:
    view = view_of("press")
    view.put_pane(pane("press", "150", 0, 1, {"articles": 1}))
    view.put_progress(progress(0.1))
    assert view.report(START_MS)
    view.put_pane(pane("press", "150", 0, 1, {"articles": 1}))
    view.put_progress(progress(0.5))
    assert view.report(START_MS) == []


def test_each_minute_tells_the_province_and_each_hour_all_though_nothing_has_changed() -> None:
    """Other units' last figures are known to be valid up to the province's newest window."""
    view = view_of("traffic", {"148": {"online": 1, "known": 1}})
    view.put_progress(progress(0.1))
    everything = told(view, START_MS)
    rows = []
    for second in range(20, 120 * 60, 20):
        view.put_progress(progress(second / 60))
        rows += view.report(START_MS)
    of_each = Counter((row["indicator"], row["district"], row["horizon_s"]) for row in rows)
    assert {key[:2] for key in of_each} == everything
    constant = {key: times for key, times in of_each.items() if key[0] != "traffic.flow"}
    # Its minutes 1 to 119 begin here, and of the hours the one at minute 60.
    assert {times for key, times in constant.items() if key[1] == "17"} == {119}
    assert {times for key, times in constant.items() if key[1] == "148"} == {1}
    assert of_each["traffic.detected", "148", 300] == 1


def test_hours_in_which_nothing_happened_have_a_row_a_day() -> None:
    """Ten days pass at once, with articles on the first: a day has them, then it has none."""
    view = view_of("press")
    view.put_progress(progress(0.5))
    view.report(START_MS)
    view.put_pane(pane("press", "148", 30, 1, {"articles": 4}))
    view.put_progress(progress(9 * DAY))
    rows = [
        (row["window_end"], row["value"])
        for row in view.report(START_MS)
        if (row["indicator"], row["district"], row["horizon_s"])
        == ("press.articles", "148", 86_400)
    ]
    changes = [
        row for before, row in zip([("", 0.0), *rows], rows, strict=False) if before[1] != row[1]
    ]
    assert changes == [(clock(60), 4), (clock(25 * 60), 0)]
    assert len(rows) == len(changes) + 9  # 00:00 UTC passes nine times


def test_where_a_passed_minute_is_told_anew_the_current_one_is_too() -> None:
    """Else the passed one, told later than the current one, would stay the newest figure.

    An article that is taken back a minute on leaves the current window as it was.
    """
    view = view_of("press")
    view.put_progress(progress(0.92, newest=1.02))
    assert articles(view.report(START_MS), "148")[-1] == (clock(2), clock(0.92), 0)
    view.put_pane(pane("press", "148", 0, 1, {"articles": 1}))
    view.put_pane(pane("press", "148", 1, 1, {"articles": -1}))
    view.put_progress(progress(1.02))
    assert articles(view.report(START_MS), "148") == [
        (clock(1), clock(1), 1),
        (clock(2), clock(1.02), 0),
    ]


def test_a_clock_that_is_set_back_makes_no_figure_older() -> None:
    """The later figure wins, even the last one of a minute; the log decides which is later."""
    view = view_of("press")
    found = []
    for minute, upto, now_ms in ((0.5, 7, START_MS), (1.5, 8, START_MS - 3_600_000)):
        view.put_pane(pane("press", "148", int(minute), 1, {"articles": 1}))
        view.put_progress(progress(minute))
        view.upto = upto
        found.append({row["version"] for row in view.report(now_ms)})
    assert max(found[0]) < min(found[1])


def test_figures_win_over_those_of_workers_whose_versions_were_milliseconds() -> None:
    assert 2 * upto_of(0, 0) > parse_iso("2039-01-01T00:00:00Z")


def articles(rows: list[IndicatorRow], district: str) -> list[tuple[str, str, float | None]]:
    """End of the window, moment it speaks for and figure of the articles of five minutes."""
    return [
        (row["window_end"], row["as_of"], row["value"])
        for row in rows
        if (row["indicator"], row["district"], row["horizon_s"])
        == ("press.articles", district, 300)
    ]


def test_the_first_events_of_a_minute_count_before_the_watermark_has_come_to_it() -> None:
    """The minute before counts as complete once the watermark has reached it, not earlier."""
    view = view_of("press")
    view.put_pane(pane("press", "148", 0, 1, {"articles": 3}))
    view.put_progress(progress(0.92, newest=0.99))
    assert articles(view.report(START_MS), "148")[-1] == (clock(1), clock(0.92), 3)
    view.put_pane(pane("press", "148", 1, 2, {"articles": 1}))
    view.put_progress(progress(0.95, newest=1.02))
    assert articles(view.report(START_MS), "148") == [(clock(2), clock(0.95), 4)]
    view.put_pane(pane("press", "148", 0, 3, {"articles": 5}))
    view.put_progress(progress(1.01, newest=1.08))
    assert articles(view.report(START_MS), "148") == [
        (clock(1), clock(1), 5),
        (clock(2), clock(1.01), 6),
    ]


def test_a_window_ends_with_the_newest_minute_that_all_partitions_have_come_to() -> None:
    view = view_of("press")
    view.put_pane(pane("press", "148", 1, 1, {"articles": 1}))
    view.put_pane(pane("press", "150", 0, 1, {"articles": 1}))
    view.put_progress(progress(0.95, partition=0, newest=1.02))
    view.put_progress(progress(0.9, partition=1, newest=0.97))
    assert articles(view.report(START_MS), "17")[-1] == (clock(1), clock(0.9), 1)
    view.put_progress(progress(0.94, partition=1, newest=1.0))
    rows = view.report(START_MS)
    assert articles(rows, "17") == [(clock(2), clock(0.94), 2)]
    assert articles(rows, "148") == [(clock(2), clock(0.94), 1)]  # emitted now, not on change


def test_a_partition_that_is_heard_from_late_does_not_move_windows_back() -> None:
    view = view_of("press")
    view.put_pane(pane("press", "148", 1, 1, {"articles": 1}))
    view.put_progress(progress(0.95, partition=0, newest=1.02))
    assert articles(view.report(START_MS), "17")[-1] == (clock(2), clock(0.95), 1)
    view.put_pane(pane("press", "150", 0, 1, {"articles": 2}))
    view.put_progress(progress(0.5, partition=1, newest=0.6))
    assert articles(view.report(START_MS), "17") == [(clock(2), clock(0.95), 3)]


def test_the_watermark_is_that_of_the_slowest_partition() -> None:
    view = view_of("press")
    view.put_progress(progress(9, partition=0))
    view.put_progress(progress(7, partition=1))
    assert view.watermark_ms == START_MS + 7 * 60_000
    view.put_progress(progress(6, partition=1))
    assert view.watermark_ms == START_MS + 7 * 60_000
    view.put_progress(progress(12, partition=1))
    assert view.watermark_ms == START_MS + 9 * 60_000


@settings(max_examples=100, deadline=None, derandomize=True)
@given(steps=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60)), min_size=1, max_size=20))
def test_the_watermark_never_goes_back(steps: list[tuple[int, int]]) -> None:
    view = view_of("press")
    newest: dict[int, int] = {}
    expected = 0
    for partition, minute in steps:
        view.put_progress(progress(minute, partition))
        newest[partition] = max(minute, newest.get(partition, 0))
        expected = max(expected, START_MS + min(newest.values()) * 60_000)
        assert view.watermark_ms == expected


def test_no_data_is_none_and_no_zero() -> None:
    view = view_of("dossier")
    view.put_progress(progress(0.5))
    rows = view.report(START_MS)
    none = {row["indicator"].split(".")[1] for row in rows if row["value"] is None}
    zero = {row["indicator"].split(".")[1] for row in rows if row["value"] == 0}
    assert zero == {"received", "resolved"}
    assert none == {each.name for each in feed_named("dossier").indicators} - zero


def test_gauges_of_districts_add_up_and_replace_earlier_ones() -> None:
    view = view_of("dossier")
    view.put_gauge(gauge("dossier", "148", {"open": 5, "overdue": 2}))
    view.put_gauge(gauge("dossier", "150", {"open": 7, "overdue": 0}))
    view.put_gauge(gauge("dossier", "148", {"open": 4, "overdue": 3}))
    view.put_progress(progress(0.5))
    rows = view.report(START_MS)
    values = {
        (code, name): of(rows, f"dossier.{name}", code, 0)["value"]
        for code in ("17", "148", "150", "152")
        for name in ("open", "overdue")
    }
    assert values == {
        ("148", "open"): 4,
        ("148", "overdue"): 3,
        ("150", "open"): 7,
        ("150", "overdue"): 0,
        ("152", "open"): None,
        ("152", "overdue"): None,
        ("17", "open"): 11,
        ("17", "overdue"): 3,
    }


def test_cameras_that_were_never_heard_count_as_known() -> None:
    """Two of 3 online here, 5 unheard there: 2 / 8 of the province, and not 2 / 3."""
    initial: dict[str, Parts] = {
        "148": {"online": 0, "known": 3},
        "150": {"online": 0, "known": 5},
        "152": {},
    }
    view = view_of("traffic", initial)
    view.put_gauge(gauge("traffic", "148", {"online": 2, "known": 3}))
    view.put_progress(progress(0.5))
    rows = view.report(START_MS)
    shares = {
        code: of(rows, "traffic.cameras_online", code, 0)["value"]
        for code in ("17", "148", "150", "152")
    }
    assert shares == {"17": 0.25, "148": pytest.approx(2 / 3), "150": 0.0, "152": None}


def test_the_spike_of_the_province_is_of_all_its_articles() -> None:
    """Each day 3 here and 1 there, today 6 and 4: (10 - 4) / 1 = 6 of the province.

    By district it is (6 - 3) / 1 = 3, and at most 0 for the 4 articles, fewer than five.
    """
    hour = START_MS // 3_600_000
    here = {hour - 24 * day: 3 for day in range(1, 6)} | {hour: 6}
    there = {hour - 24 * day: 1 for day in range(1, 6)} | {hour: 4}
    view = view_of("press")
    view.put_gauge(gauge("press", "148", {"hours": here}))
    view.put_gauge(gauge("press", "150", {"hours": there}))
    view.put_progress(progress(30))
    rows = view.report(START_MS)
    values = [of(rows, "press.spike", code, 0)["value"] for code in ("17", "148", "150", "152")]
    assert values == [6, 3, 0, None]


def test_a_district_that_nobody_announced_is_taken_in() -> None:
    view = view_of("press", {"148": {}})
    view.put_pane(pane("press", "159", 0, 1, {"articles": 1}))
    view.put_progress(progress(0.5))
    assert of(view.report(START_MS), "press.articles", "159", 300)["value"] == 1


def test_memory_is_bounded_by_a_day_of_minutes() -> None:
    view = view_of("press")
    for minute in range(0, 3 * DAY, 2):
        view.put_pane(pane("press", "148", minute, 1, {"articles": 1}))
        if minute % 60 == 0:
            view.put_progress(progress(minute))
            view.report(START_MS)
    held = view._districts["148"]
    assert len(held.rolling) <= DAY // 2 + 60
    assert set(held.panes_upto) == set(held.rolling._panes)


def test_a_partition_of_which_nothing_was_accepted_holds_no_figure_back() -> None:
    view = view_of("traffic")
    view.put_pane(pane("traffic", "148", 0, 1, {"suspected": 3}))
    none = progress(0, partition=1) | {"watermark": "1970-01-01T00:00:00.000Z"}
    view.put_progress(ProgressRow(**none))
    assert view.report(START_MS) == []
    view.put_progress(progress(0.5))
    assert of(view.report(START_MS), "traffic.detected", "148", 3_600)["value"] == 3


def test_nothing_is_reported_before_every_partition_has_said_how_far_it_is() -> None:
    """Over an empty log panes come a partition at a time: 3 of 3 + 4 articles are no figure."""
    view = view_of("press", partitions=3)
    view.put_pane(pane("press", "148", 0, 1, {"articles": 3}))
    view.put_progress(progress(0.5, partition=0))
    assert view.report(START_MS) == []
    view.put_pane(pane("press", "150", 0, 1, {"articles": 4}))
    view.put_progress(progress(0.5, partition=1))
    assert view.report(START_MS) == []
    view.put_empty(2)
    found = of(view.report(START_MS), "press.articles", "17", 300)
    assert found["value"] == 7


def test_a_stretch_of_years_is_told_one_window_after_the_other() -> None:
    """So that it takes no more memory than an hour: a page holds the rows of a single instant."""
    view = view_of("press")
    view.put_progress(progress(0.5))
    at_once = len(view.report(START_MS))
    hours = 700 * 24
    then = iso(START_MS + hours * HOUR_MS)
    view.put_progress(ProgressRow(**(progress(0.5) | {"watermark": then, "newest": then})))
    pages = view.report_pages(START_MS)
    for _ in range(100):
        page = next(pages)
        assert len({row["window_end"] for row in page}) == 1
        assert len(page) <= at_once
    rest = sum(1 for _ in pages)
    assert 700 - 100 <= rest <= 700 - 100 + 2  # a page a day: nothing happened in any hour
