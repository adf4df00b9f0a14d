"""A handful of real panels over a tiny world: what they show is worked out by hand.

Of the province's ten districts only two have figures: the city (148) and Đà Bắc (150).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from clickhouse_connect.driver.client import Client

from contracts.reference.province import load_reference
from contracts.registry import FEEDS
from dashboards.checks.asked import of_dashboard
from dashboards.checks.board import JSON_FOLDER, Dashboard, load_dashboards
from dashboards.checks.choices import opening
from dashboards.checks.engine import Answer, Ask, asking
from dashboards.checks.house import ZONE
from dashboards.grafana.queries import final_sql
from ioc import schema
from sinks.client import reader, writer
from sinks.rollups.figuring import figure
from tests.dashboards.boards.reading import plain_title
from tests.dashboards.seeded import Engine

INDICATORS = (
    *("indicator", "district", "horizon_s", "window_end", "as_of", "value"),
    *("numerator", "denominator", "computed_at", "version"),
)
PROVINCE, CITY, DA_BAC = "17", "148", "150"


class World:
    """A database with a few rows, and the panels that query it."""

    def __init__(self, client: Client, ask: Ask, now: datetime) -> None:
        self._client, self._ask, self._now = client, ask, now
        self._boards = {board.uid: board for board in load_dashboards(JSON_FOLDER)}

    def figure(
        self, indicator: str, district: str, horizon_s: int, minutes_ago: int, value: float | None
    ) -> None:
        at = self._now - timedelta(minutes=minutes_ago)
        row = [indicator, district, horizon_s, at, at, value, value, 1.0, at, int(at.timestamp())]
        self._client.insert("indicators", [row], column_names=INDICATORS)

    def panes(self, feed: str, district: str, *completed_and_on_time: tuple[int, int]) -> None:
        """A pane a minute, the last one a minute ago."""
        rows = []
        for ago, (completed, on_time) in enumerate(reversed(completed_and_on_time), 1):
            at = self._now - timedelta(minutes=ago)
            counts = {"completed": completed, "completed_on_time": on_time}
            rows.append([feed, district, at, int(at.timestamp()), counts, at])
        columns = ("feed", "district", "pane", "version", "counts", "emitted_at")
        self._client.insert("panes", rows, column_names=columns)

    def day(self, feed: str, district: str, days_ago: int, counts: dict[str, int]) -> str:
        """Write the counts of a whole local day; return the day in the wall's form."""
        local = self._now.astimezone(ZoneInfo(ZONE)) - timedelta(days=days_ago)
        start = local.replace(hour=0, minute=0)
        row = ["day", feed, district, start, start, start, 1, counts]
        columns = ("grain", "feed", "district", "period", "first", "last", "version", "counts")
        self._client.insert("rollups", [row], column_names=columns)
        figure(self._client, [(feed, district, int(start.timestamp()))])
        return f"{['T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'CN'][local.weekday()]} {local:%d/%m}"

    @property
    def days_of_a_year(self) -> int:
        """The number of days since the same day last year."""
        today = self._now.astimezone(ZoneInfo(ZONE)).date()
        is_leap_day = (today.month, today.day) == (2, 29)
        then = today.replace(year=today.year - 1, day=28 if is_leap_day else today.day)
        return (today - then).days

    def plan(self, indicator: str, unit: str, period: str, value: float) -> None:
        """A plan that is valid today."""
        day = self._now.date()
        row = [indicator, unit, period, value, "test", day - timedelta(2), day + timedelta(2)]
        self._client.insert("targets", [row])

    def progress(self, feed: str, seconds_ago: int) -> None:
        at = datetime.now(UTC) - timedelta(seconds=seconds_ago)  # its age is of the clock
        columns = ("feed", "generation", "partition", "version", "newest", "watermark")
        counts = ("accepted", "rejected", "duplicates", "late", "emitted_at")
        row = [feed, 0, 0, 1, at, at, 10, 0, 0, 0, at]
        self._client.insert("progress", [row], column_names=(*columns, *counts))

    def hour(self, feed: str, district: str, hours_ago: int, counts: dict[str, int]) -> None:
        """Write the counts of a whole hour."""
        start = self._hour(hours_ago)
        row = ["hour", feed, district, start, start, start, 1, counts]
        columns = ("grain", "feed", "district", "period", "first", "last", "version", "counts")
        self._client.insert("rollups", [row], column_names=columns)
        figure(self._client, [(feed, district, int(start.timestamp()))])

    def state(self, indicator: str, district: str, hours_ago: int, value: float) -> None:
        """Write the value of a state at the end of an hour."""
        start = self._hour(hours_ago)
        rank = int(start.timestamp())
        row = ["hour", indicator, district, start, start + timedelta(minutes=59), value, rank]
        columns = ("grain", "indicator", "district", "period", "as_of", "value", "rank")
        self._client.insert("gauge_rollups", [row], column_names=columns)

    def _hour(self, hours_ago: int) -> datetime:
        return self._now.replace(minute=0) - timedelta(hours=hours_ago)

    def hours_ago(self, at: datetime) -> int:
        """How many hours before the current one an hour began."""
        return round((self._hour(0) - at.astimezone(UTC)).total_seconds() / 3_600)

    def shows(
        self,
        uid: str,
        title: str,
        period: str = "24h",
        hours: int | None = None,
        indicator: str = "",
    ) -> list[dict[str, Any]]:
        """The rows of the panel of that title, as its dashboard opens but for the period.

        ``hours``: how far the time range reaches back, as the dashboard opens if not given.
        """
        board: Dashboard = self._boards[uid]
        zone = ZoneInfo(ZONE)
        for asked in of_dashboard(board, self._now, zone):
            if asked.panel and plain_title(asked.panel.title) == title:
                chosen = opening(board, self._ask, asked.period)
                if "period" in chosen:
                    chosen["period"] = replace(chosen["period"], values=(period,))
                if indicator:
                    chosen["indicator"] = replace(chosen["indicator"], values=(indicator,))
                if hours:
                    time = replace(asked.period, start=asked.period.end - timedelta(hours=hours))
                    asked = replace(asked, period=time)
                width = asked.interval_s(asked.period)
                return _rows(self._ask(final_sql(asked.sql, chosen, asked.period, width)))
        raise AssertionError(f"{uid} has no panel {title!r}")


def _rows(answer: Answer) -> list[dict[str, Any]]:
    return [dict(zip(answer.names, row, strict=True)) for row in answer.rows]


@pytest.fixture(scope="module")
def world(engine: Engine) -> Iterator[World]:
    settings = engine.settings.model_copy(update={"clickhouse_database": "ioc_tiny"})
    schema.apply(settings, FEEDS, load_reference(settings))
    with writer(settings) as client, reader(settings) as read:
        made = World(client, asking(read), engine.now.replace(second=0))
        for minutes_ago, city, da_bac in ((50, 0.99, 0.5), (3, 0.97, 0.92), (0, 0.96, 0.85)):
            made.figure("eoffice.on_time_share", CITY, 86_400, minutes_ago, city)
            made.figure("eoffice.on_time_share", DA_BAC, 86_400, minutes_ago, da_bac)
        made.figure("eoffice.on_time_share", CITY, 3_600, 0, 0.1)
        made.figure("press.negative_share", CITY, 86_400, 0, 0.2)
        made.figure("eoffice.on_time_share", PROVINCE, 86_400, 0, 0.93)
        made.figure("eoffice.overdue", PROVINCE, 0, 0, 12)
        made.figure("eoffice.received", PROVINCE, 86_400, 0, None)
        made.day("eoffice", CITY, 3, {"completed": 60, "completed_on_time": 60})
        made.day("eoffice", DA_BAC, 3, {"completed": 40, "completed_on_time": 30})
        made.day("eoffice", CITY, 5, {"completed": 10, "completed_on_time": 8})
        made.hour("eoffice", CITY, 2, {"completed": 4, "completed_on_time": 2})
        for hours_ago, value in ((70, 4), (61, 7), (12, 5)):
            made.state("eoffice.overdue", DA_BAC, hours_ago, value)
        made.figure("traffic.confirmed", PROVINCE, 86_400, 0, 31)
        made.figure("traffic.confirmed", CITY, 86_400, 0, 31)
        made.figure("education.attendance_share", PROVINCE, 86_400, 0, 1.0)
        made.figure("education.attendance_share", CITY, 86_400, 0, 1.0)
        made.figure("health.new_cases_change", PROVINCE, 0, 0, -1.0)
        made.figure("health.new_cases_change", DA_BAC, 0, 0, 12.5)
        made.panes("eoffice", CITY, (40, 36), (20, 18), (0, 10))
        made.panes("eoffice", DA_BAC, (7, 0), (3, 2))
        yield made


SHARE = "eoffice.on_time_share"
TREND, RANKING = "Xử lý đúng hạn theo thời gian", "Xử lý đúng hạn theo địa phương"


def test_a_trend_of_hours_shows_what_was_shown(world: World) -> None:
    """An hour has at most 300 points; a figure holds until the next row, and so does its line."""
    rows = world.shows("ioc-feed-eoffice", TREND, hours=1)
    newest = {row["series"]: row["Xử lý đúng hạn"] for row in rows}  # in order of time
    assert newest == {"Thành phố Hòa Bình": 0.96, "Huyện Đà Bắc": 0.85}
    da_bac = [row["Xử lý đúng hạn"] for row in rows if row["series"] == "Huyện Đà Bắc"]
    assert da_bac == [0.5, 0.5, 0.92, 0.92, 0.85]  # told, up to the next, told …


def test_a_trend_of_a_day_and_more_is_each_hour_or_day_by_itself(world: World) -> None:
    """Nothing that was shown is in it: the past of a first start is complete, and corrected."""
    rows = world.shows("ioc-feed-eoffice", TREND, hours=20 * 24)
    shown = {(row["series"], row["Xử lý đúng hạn"]) for row in rows}
    assert shown == {
        ("Thành phố Hòa Bình", 1.0),  # 60 of 60, three days ago
        ("Thành phố Hòa Bình", 0.8),  # 8 of 10
        ("Huyện Đà Bắc", 0.75),
    }
    hours = world.shows("ioc-feed-eoffice", TREND, hours=24)
    assert [(row["series"], row["Xử lý đúng hạn"]) for row in hours] == [
        ("Thành phố Hòa Bình", 0.5)
    ]
    assert hours[0]["time"].minute == 0


def test_a_state_holds_for_a_day_and_an_unknown_one_breaks_its_line(world: World) -> None:
    """Overdue: 4 until it was 7 nine hours later; then two days nothing, then 5."""
    title = "Quá hạn"
    rows = world.shows("ioc-feed-eoffice", f"{title} theo thời gian", hours=4 * 24)
    values = [row[title] for row in rows if row["series"] == "Huyện Đà Bắc"]
    assert values == [4, 4, 7, None, 5, 5]
    ages = [world.hours_ago(row["time"]) for row in rows if row["series"] == "Huyện Đà Bắc"]
    assert [first - second for first, second in pairwise(ages)][:3] == [8, 1, 1]


def test_states_over_days_are_those_of_roll_ups(world: World) -> None:
    """100 % three days ago, 80 % two days earlier; 75 % elsewhere."""
    rows = world.shows("ioc-feed-eoffice", "Tình trạng: Xử lý đúng hạn", hours=20 * 24)
    city = [row["Tình trạng"] for row in rows if row["series"] == "Thành phố Hòa Bình"]
    assert len(city) == 2
    assert city[1] == 0 < city[0]


def test_the_trend_of_the_comparison_follows_roll_ups(world: World) -> None:
    title = "${indicator:text} theo thời gian"
    rows = world.shows("ioc-so-sanh", title, hours=20 * 24, indicator=SHARE)
    assert {(row["series"], row["Giá trị"]) for row in rows} == {
        ("Thành phố Hòa Bình", 100.0),
        ("Thành phố Hòa Bình", 80.0),
        ("Huyện Đà Bắc", 75.0),
    }
    overdue = world.shows("ioc-so-sanh", title, hours=4 * 24, indicator="eoffice.overdue")
    values = [row["Giá trị"] for row in overdue if row["series"] == "Huyện Đà Bắc"]
    assert values == [4, 4, 7, None, 5, 5]


def test_a_state_is_compared_as_it_was_last(world: World) -> None:
    """5 now; two days before it was 7, which is the last of the period before."""
    title = "${indicator:text}: xếp hạng"
    rows = world.shows("ioc-so-sanh", title, hours=48, indicator="eoffice.overdue")
    (da_bac,) = [row for row in rows if row["Địa phương"] == "Huyện Đà Bắc"]
    assert (da_bac["Giá trị"], da_bac["Kỳ trước"], da_bac["Thay đổi"]) == (5, 7, -2)


def test_the_comparison_follows_roll_ups(world: World) -> None:
    """Over months: 68 of 70 in the city and 30 of 40 in Đà Bắc, though no pane is there."""
    rows = world.shows("ioc-so-sanh", "${indicator:text}", hours=70 * 24, indicator=SHARE)
    found = {row["Địa phương"]: row["Giá trị"] for row in rows if row["Giá trị"] is not None}
    assert found == {"Huyện Đà Bắc": 75.0, "Thành phố Hòa Bình": 97.1}


def test_districts_stand_worst_first_and_those_without_data_last(world: World) -> None:
    rows = [tuple(row.values())[:2] for row in world.shows("ioc-feed-eoffice", RANKING)]
    assert rows[:2] == [("Huyện Đà Bắc", 0.85), ("Thành phố Hòa Bình", 0.96)]
    assert len(rows) == 10
    assert {value for _, value in rows[2:]} == {None}


def test_the_wall_says_in_words_who_falls_behind(world: World) -> None:
    """On time: good from 0.95, a warning from 0.90. Negative press: good up to 0.20."""
    rows = world.shows("ioc-tong-quan", "Địa phương theo chỉ tiêu")
    standing = {row["Địa phương"]: row["Tình trạng"] for row in rows}
    assert next(iter(standing)) == "Huyện Đà Bắc"
    assert standing.pop("Huyện Đà Bắc") == "Xấu: 2"
    assert standing.pop("Thành phố Hòa Bình") == "Tốt"
    assert set(standing.values()) == {"Không có dữ liệu"}
    assert len(standing) == 8


def test_the_map_colours_what_has_data(world: World) -> None:
    levels = {row["code"]: row["Mức"] for row in world.shows("ioc-tong-quan", "Bản đồ")}
    assert (levels.pop(DA_BAC), levels.pop(CITY)) == (2, 0)
    assert set(levels.values()) == {None}


def contents(world: World, period: str = "24h") -> dict[str, dict[str, Any]]:
    rows = world.shows("ioc-tong-quan", "Chín nội dung giám sát, điều hành", period)
    return {row["Nội dung"]: row for row in rows}


def test_a_content_stands_as_its_province_does(world: World) -> None:
    told = contents(world)
    documents = told["Văn bản điều hành điện tử"]
    assert (documents["Toàn tỉnh"], documents["Tình trạng"]) == ("93,0 %", "Cảnh báo")
    assert documents["Địa phương xấu nhất"] == "Huyện Đà Bắc · 85,0 %"
    assert documents["So sánh"] == "▲ 3,0 điểm %"  # three days ago, nobody worked since
    assert documents["Các chỉ tiêu khác"] == "Quá hạn 12"
    assert documents["12 ngày có số liệu"] == "▁█"
    assert (documents["board"], documents["code"]) == ("ioc-feed-eoffice", DA_BAC)
    health = told["Y tế, sổ sức khỏe điện tử"]
    assert (health["Toàn tỉnh"], health["Tình trạng"]) == ("-100,0 %", "Tốt")
    assert health["Địa phương xấu nhất"] == "Huyện Đà Bắc · 1.250,0 %"
    unheard = told["Thông tin du lịch"]
    assert [unheard[name] for name in ("Toàn tỉnh", "Tình trạng", "Độ mới")] == [
        *("Không có dữ liệu", "–", "Không có dữ liệu")
    ]


def test_what_is_known_is_shown_with_its_day_where_the_period_holds_nothing(
    world: World,
) -> None:
    counts = {"resolved": 1_000, "resolved_on_time": 952}
    day = world.day("dossier", CITY, 4, counts)
    row = contents(world)["Dịch vụ hành chính công"]
    assert (row["Toàn tỉnh"], row["Tình trạng"]) == (f"{day}: 95,2 %", "Tốt (cũ)")
    assert row["Chỉ tiêu"] == "Đúng hạn"
    assert row["Địa phương xấu nhất"] == ""


def test_a_plan_is_judged_by_what_is_due_by_now(world: World) -> None:
    """A share is due as a whole; of what adds up nothing is due on the first day of a period."""
    world.day("petition", CITY, 0, {"answered": 10, "answered_on_time": 9})
    world.plan("petition.on_time_share", PROVINCE, "year", 0.95)
    world.plan("petition.on_time_share", CITY, "year", 1.5)
    row = contents(world, "year")["Kiến nghị của người dân, doanh nghiệp"]
    assert row["So sánh"] == "KH: 95 %"  # 0.9 of 0.95
    assert row["Tình trạng"] == "Cảnh báo"
    assert row["Địa phương xấu nhất"] == "Thành phố Hòa Bình · 90,0 %"
    assert contents(world, "month")["Kiến nghị của người dân, doanh nghiệp"]["So sánh"] == ""


@pytest.mark.parametrize("period", ["day", "week", "month", "quarter", "year"])
def test_a_period_of_the_calendar_is_merged_from_roll_ups(world: World, period: str) -> None:
    world.day("press", CITY, 0, {"articles": 8, "negative": 3})
    world.day("press", DA_BAC, 0, {"articles": 2, "negative": 0})
    world.day("press", CITY, world.days_of_a_year, {"articles": 10, "negative": 2})
    world.day("press", CITY, world.days_of_a_year - 1, {"articles": 9, "negative": 9})  # later
    press = contents(world, period)["Thông tin báo chí trên mạng"]
    assert (press["Toàn tỉnh"], press["Tình trạng"]) == ("30,0 %", "Cảnh báo")
    assert press["Địa phương xấu nhất"] == "Thành phố Hòa Bình · 37,5 %"
    last_year = "năm trước ▲ 10,0 điểm %"
    both = f"kỳ trước ▲ 10,0 điểm % · {last_year}"
    assert press["So sánh"] == (both if period == "year" else last_year)
    rows = world.shows("ioc-tong-quan", "Địa phương theo chỉ tiêu", period)
    assert {row["Địa phương"]: row["Báo chí"] for row in rows}["Huyện Đà Bắc"] == 0
    (headline,) = world.shows("ioc-feed-press", "Các địa phương được chọn", period)
    assert (headline["Tin tiêu cực"], headline["Tin bài"]) == (0.3, 10)
    bars = world.shows("ioc-feed-press", "Tin tiêu cực theo địa phương", period)
    assert {
        row["Địa phương"]: row["Tin tiêu cực"] for row in bars if row["code"] in (CITY, DA_BAC)
    } == {
        "Thành phố Hòa Bình": 0.375,
        "Huyện Đà Bắc": 0,
    }


def test_only_what_is_worse_than_good_is_named_the_worst(world: World) -> None:
    told = contents(world)
    schools, traffic = told["Hệ thống giáo dục"], told["Giám sát an toàn giao thông"]
    assert (schools["Tình trạng"], schools["Địa phương xấu nhất"]) == ("Tốt", "")
    assert (traffic["Tình trạng"], traffic["Địa phương xấu nhất"]) == ("–", "")


def test_freshness_is_said_in_words(world: World) -> None:
    """E-office may be 300 s old, press 900 s; the others have nothing."""
    world.progress("eoffice", seconds_ago=1)
    world.progress("press", seconds_ago=3 * 3_600)
    fresh = {content: row["Độ mới"] for content, row in contents(world).items()}
    assert re.fullmatch(r"Mới · \d+ giây", fresh["Văn bản điều hành điện tử"])
    assert re.fullmatch(r"Cũ · từ \d\d:\d\d \d\d/\d\d", fresh["Thông tin báo chí trên mạng"])
    assert fresh["Dịch vụ hành chính công"] == "Không có dữ liệu"
