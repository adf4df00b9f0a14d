"""The page in a browser, over dashboards made for the purpose."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from dashboards.preview.units import script, write
from tests.dashboards.preview.serving import serving, write_dashboard
from tests.screens.browser import CHROMIUM, chromium, look
from tests.sinks.processes import Endpoint

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed here")
NUMBER = {"type": "stat", "title": "Hồ sơ", "sql": "SELECT 1234 AS tong"}
AWAY = "chưa trả lời"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    process = Endpoint(tmp_path_factory.mktemp("endpoint"))
    process.start()
    yield process
    process.end()


def test_panels_stand_for_themselves(browser: Browser, endpoint: Endpoint, tmp_path: Path) -> None:
    write_dashboard(
        tmp_path,
        NUMBER,
        {"type": "stat", "title": "Hỏng", "sql": "SELECT * FROM mat_tich"},
        {"type": "stat", "title": "Trống", "sql": "SELECT 1 AS a WHERE 0"},
        {"type": "sankey", "title": "Lạ"},
        {"type": "barchart", "title": "Cột", "sql": "SELECT 'a' AS ten, 5 AS so"},
        {"type": "stat", "title": "Sau cùng", "sql": "SELECT 7 AS so"},
    )
    with serving(tmp_path, endpoint.port) as preview, look(browser) as page:
        page.open(f"{preview.url}/d/thu")
        panels = {panel.title: panel for panel in page.panels}
        assert (panels["Hồ sơ"].text, panels["Hồ sơ"].state) == ("1.234", "ready")
        assert panels["Hỏng"].state == "failed"
        assert "mat_tich" in panels["Hỏng"].note
        assert "mã 60" in panels["Hỏng"].note
        assert (panels["Trống"].text, panels["Trống"].state) == ("Không có dữ liệu", "none")
        assert 'chưa vẽ được loại bảng "sankey"' in panels["Lạ"].text
        assert panels["Cột"].charts == 1
        assert panels["Sau cùng"].text == "7"
        assert page.errors == []
        assert page.hosts == {f"127.0.0.1:{preview.port}"}


def test_it_recovers_when_clickhouse_comes_back(
    browser: Browser, endpoint: Endpoint, tmp_path: Path
) -> None:
    write_dashboard(tmp_path, NUMBER)
    with serving(tmp_path, endpoint.port) as preview, look(browser) as page:
        page.open(f"{preview.url}/d/thu")
        trouble = page.page.locator(".trouble")
        assert trouble.inner_text() == ""
        endpoint.end()
        trouble.filter(has_text=AWAY).wait_for()
        assert page.panels[0].text == "1.234"
        endpoint.start()
        trouble.filter(has_text=AWAY).wait_for(state="hidden")
        assert page.panels[0].text == "1.234"


def test_numbers_on_axes_are_written_as_on_the_server(
    browser: Browser, endpoint: Endpoint, tmp_path: Path
) -> None:
    write_dashboard(tmp_path, NUMBER)
    cases = [
        (0.9523, "percentunit", 1),
        (1234.4, "locale", None),
        (871724.0, "short", 1),
        (5400.0, "s", None),
        (0.25, "none", 2),
        (-1.26, "suffix: km/h", 1),
    ]
    with serving(tmp_path, endpoint.port) as preview, look(browser) as page:
        page.open(f"{preview.url}/d/thu")
        for value, unit, decimals in cases:
            shown = page.page.evaluate(f"({script(unit, decimals)})({value})")
            assert shown == write(value, unit, decimals)


def test_a_changed_file_is_shown(browser: Browser, endpoint: Endpoint, tmp_path: Path) -> None:
    write_dashboard(tmp_path, NUMBER)
    with serving(tmp_path, endpoint.port) as preview, look(browser) as page:
        page.open(f"{preview.url}/d/thu")
        write_dashboard(tmp_path, NUMBER | {"sql": "SELECT 4321 AS tong"})
        page.page.get_by_text("4.321").wait_for()
