"""The published figures of 2023 in a browser, at the instant that they were published."""

import re
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from clickhouse_connect.driver.client import Client
from playwright.sync_api import Browser

from contracts.reference.province import load_reference
from contracts.registry import FEEDS
from contracts.settings import Settings, load_settings
from dashboards.preview.library import FOLDER
from ioc import schema
from producers.scenarios.seed_2023 import Seed2023
from sinks.client import writer
from tests.dashboards.preview.serving import Preview, serving
from tests.e2e.running import Part, ioc_environment
from tests.screens.browser import CHROMIUM, Panel, chromium, look

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed here")
INSTANT = "2023-09-20T16:30:00+07:00"
WINTER = {
    "received": 100_000,
    "received_at_province": 40_000,
    "resolved": 90_000,
    "resolved_at_province": 36_000,
    "received_online": 80_000,
    "received_online_at_province": 30_000,
    "paid_online": 7_447,
    "paid_online_at_province": 425,
}
SUMMER = {
    "received": 181_165,
    "received_at_province": 36_148,
    "resolved": 178_579,
    "resolved_at_province": 30_783,
    "received_online": 179_874,
    "received_online_at_province": 30_623,
    "paid_online": 100_000,
    "paid_online_at_province": 8_000,
}
"""With WINTER, the figures of the article. Days before and after it must not count."""


def pane(minute: str, district: str, counts: dict[str, int]) -> dict[str, object]:
    return {
        "feed": "dossier",
        "district": district,
        "pane": minute,
        "version": 1,
        "counts": counts,
        "emitted_at": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}",  # panes go by their age
    }


def put(client: Client, table: str, rows: list[dict[str, Any]]) -> None:
    lines = b"\n".join(map(orjson.dumps, rows))
    forms = {"date_time_input_format": "best_effort", "input_format_skip_unknown_fields": 1}
    client.raw_insert(table, insert_block=lines, fmt="JSONEachRow", settings=forms)


def fill(settings: Settings) -> None:
    """Panes that add up to the article, and the scenario's own events of platforms and reports."""
    reference = load_reference(settings)
    schema.apply(settings, FEEDS, reference)
    with writer(settings) as client:
        panes = [
            pane("2022-12-31 16:59:00", "148", {"received": 9}),
            pane("2023-01-02 01:00:00", "148", WINTER),
            pane("2023-09-20 09:29:00", "153", SUMMER),
            pane("2023-09-21 02:00:00", "153", {"received": 9}),
        ]
        put(client, "panes", panes)
        for feed in ("platform", "report"):
            told = Seed2023().events(reference, feed)
            put(client, f"events_{feed}", [orjson.loads(event.value) for event in told])
    assert "rollups" in schema.apply(settings, FEEDS, reference)


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    folder = tmp_path_factory.mktemp("publication")
    environment = ioc_environment(folder)
    port = int(environment["IOC_CLICKHOUSE_PORT"])
    endpoint = Part(environment, "clickhouse")
    endpoint.start()
    try:
        endpoint.await_port(port)
        database = "ioc_seed_2023"
        fill(load_settings(data_dir=folder, clickhouse_port=port, clickhouse_database=database))
        of_page = {
            "IOC_CLICKHOUSE_DATABASE": database,
            "IOC_CLICKHOUSE_READER_PASSWORD": "",
            "IOC_PREVIEW_NOW": INSTANT,
        }
        with serving(folder, port, FOLDER, **of_page) as running:
            yield running
    finally:
        endpoint.end(signal.SIGKILL)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def panels(browser: Browser, preview: Preview) -> dict[str, Panel]:
    """The panels of the publication's screen by title."""
    with look(browser) as page:
        page.open(f"{preview.url}/d/ioc-bai-bao-2023")
        assert page.errors == []
        assert "16:30:00 20/09/2023" in page.page.inner_text("body")
        return {panel.title: panel for panel in page.panels}


def cells(panel: Panel) -> dict[str, list[str]]:
    """The rows of a table by their first cell, without the head; a wrapped cell has empty lines."""
    text = re.sub(r"\n*\t\n*", "\t", panel.text)
    lines = [line.split("\t") for line in re.split(r"\n+", text.strip())]
    return {first: rest for first, *rest in lines[1:]}


def test_the_totals_of_the_article(panels: dict[str, Panel]) -> None:
    text = panels["Hồ sơ thủ tục hành chính từ 01/01 đến 20/09/2023"].text
    assert text.split("\n") == [
        *("Tiếp nhận", "281.165", "Đã giải quyết", "268.579", "Đang giải quyết", "12.586"),
    ]


def test_each_level_stands_beside_what_was_published(panels: dict[str, Panel]) -> None:
    rows = cells(panels["Hồ sơ theo cấp: số công bố và số tính được"])
    assert rows["Tiếp nhận"] == [
        *("281.165", "281.165", "76.148", "76.148", "205.017", "205.017", "Khớp"),
    ]
    assert rows["Đã giải quyết"] == [
        *("268.579", "268.579", "66.783", "66.783", "201.796", "201.796", "Khớp"),
    ]
    assert rows["Đang giải quyết"] == [
        *("12.586", "12.586", "9.365", "9.365", "3.221", "3.221", "Khớp"),
    ]


def test_where_the_article_contradicts_itself_the_screen_says_so(panels: dict[str, Panel]) -> None:
    rows = cells(panels["Hồ sơ theo cấp: số công bố và số tính được"])
    *online, of_online = rows["Tiếp nhận trực tuyến"]
    assert online == ["269.524", "259.874", "60.623", "60.623", "199.251", "199.251"]
    assert of_online == (
        "Công bố tự mâu thuẫn: 60.623 + 199.251 = 259.874, tổng ghi 269.524 (chênh lệch 9.650)"
    )
    *paid, of_paid = rows["Thanh toán trực tuyến"]
    assert paid == ["225.111", "107.447", "8.425", "8.425", "99.022", "99.022"]
    assert of_paid == (
        "Công bố tự mâu thuẫn: 8.425 + 99.022 = 107.447, tổng ghi 225.111 (chênh lệch 117.664)"
    )


def test_the_infrastructure_is_as_published(panels: dict[str, Panel]) -> None:
    rows = cells(panels["Hạ tầng số"])
    assert {title: (said, told) for title, (said, told, *_) in rows.items()} == {
        "Cơ quan có mạng LAN": ("100 %", "100 %"),
        "Máy tính cấp tỉnh": ("98 %", "98 %"),
        "Máy tính cấp huyện": ("91 %", "91 %"),
        "Máy tính cấp xã": ("88 %", "88 %"),
        "Điểm mạng TSLCD": ("63 điểm", "63 điểm"),
        "Điểm mạng WAN": ("33 điểm", "33 điểm"),
    }
    assert {tuple(rest) for _, _, *rest in rows.values()} == {("20/09/2023", "Khớp")}


def test_systems_are_counted_and_named(panels: dict[str, Panel]) -> None:
    tiles = panels["Nền tảng LGSP, NDXP"].text.split("\n")
    assert dict(zip(tiles[::2], tiles[1::2], strict=True)) == {
        "LGSP chính thức (công bố 9/17)": "9/17",
        "LGSP thử nghiệm (công bố 8/17)": "8/17",
        "NDXP chính thức (công bố 4/4)": "4/4",
    }
    lgsp = cells(panels["Hệ thống trên LGSP"])
    assert {name for name, (state,) in lgsp.items() if state == "Chính thức"} == {
        "Lý lịch tư pháp",
        "Đăng ký kinh doanh",
        "Hộ tịch",
        "Cấp mã số đơn vị quan hệ ngân sách",
        "Bảo hiểm xã hội",
        "Danh mục dùng chung",
        "CSDLQG về văn bản quy phạm pháp luật",
        "Thanh toán dịch vụ công",
        "Hệ thống mã bưu chính VpostCode",
    }
    assert sum(state == ["Thử nghiệm"] for state in lgsp.values()) == 8
    assert set(cells(panels["Hệ thống trên NDXP"])) == {
        "Cổng Thông tin điện tử tỉnh",
        "Hệ thống thông tin báo cáo",
        "Hệ thống thông tin giải quyết thủ tục hành chính tỉnh",
        "Hệ thống quản lý văn bản và điều hành tác nghiệp",
    }
