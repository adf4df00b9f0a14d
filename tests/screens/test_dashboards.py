"""Every dashboard in a browser, over seeded tables: its contents and its links."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser

from dashboards.preview.library import FOLDER, HOME, Library
from tests.dashboards.preview.serving import Preview, serving
from tests.dashboards.seeded import Engine
from tests.screens.browser import CHROMIUM, LAPTOP, Panel, chromium, look

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed here")
BOARDS = Library(FOLDER).all()
FITS = "() => document.documentElement.scrollHeight <= innerHeight"
OUTSIDE = """() => [...document.querySelectorAll('.panel')].filter(one => {
    const box = one.getBoundingClientRect();
    return box.bottom > innerHeight || box.right > innerWidth || box.height < 40;
}).length"""


@pytest.fixture(scope="module")
def preview(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    seeded = engine.settings
    reader = {
        "IOC_CLICKHOUSE_DATABASE": seeded.clickhouse_database,
        "IOC_CLICKHOUSE_READER": seeded.clickhouse_reader,
        "IOC_CLICKHOUSE_READER_PASSWORD": seeded.clickhouse_reader_password.get_secret_value(),
    }
    folder = tmp_path_factory.mktemp("screens")
    with serving(folder, seeded.clickhouse_port, FOLDER, **reader) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.mark.parametrize("uid", [board.uid for board in BOARDS])
def test_every_panel_shows_data_or_says_that_there_is_none(
    browser: Browser, preview: Preview, uid: str
) -> None:
    board = next(one for one in BOARDS if one.uid == uid)
    rows = [f"opened={panel.id}" for panel in board.panels if panel.inner]
    with look(browser) as page:
        page.open(f"{preview.url}/d/{uid}?{'&'.join(rows)}")
        failed = {panel.title: panel.note for panel in page.panels if panel.note}
        assert failed == {}
        for panel in page.panels:
            assert panel.text.strip() or panel.charts, panel.title
            assert panel.state in ("ready", "none"), panel.title
        shown = [panel for panel in page.panels if panel.state == "ready"]
        assert len(shown) > len(page.panels) / 2
        assert page.page.locator(".trouble").inner_text() == ""
        assert page.errors == []
        assert page.hosts == {f"127.0.0.1:{preview.port}"}


def test_the_wall_fits_one_screen(browser: Browser, preview: Preview) -> None:
    with look(browser) as page:
        page.open(f"{preview.url}/d/{HOME}?kiosk")
        assert page.page.evaluate(FITS)
        assert page.page.evaluate(OUTSIDE) == 0
        assert page.page.get_by_text("màn hình chính thức của tỉnh là Grafana").is_visible()


def test_a_laptop_is_wide_enough(browser: Browser, preview: Preview) -> None:
    with look(browser, LAPTOP) as page:
        page.open(f"{preview.url}/d/ioc-feed-dossier")
        width = page.page.evaluate("document.documentElement.scrollWidth")
        assert width == LAPTOP[0]


def test_another_district_asks_the_panels_anew_and_stands_in_the_address(
    browser: Browser, preview: Preview
) -> None:
    with look(browser) as page:
        page.open(f"{preview.url}/d/ioc-feed-dossier")
        before = bars(page.panels, "theo địa phương")
        page.page.locator('[data-variable="district"]').click()
        page.page.get_by_role("option", name="Huyện Kim Bôi").click()
        page.page.wait_for_function("() => location.search.includes('var-district=153')")
        page.settle()
        after = bars(page.panels, "theo địa phương")
        assert "Huyện Đà Bắc" in before
        assert "Huyện Kim Bôi" in after
        assert "Huyện Đà Bắc" not in after


def test_a_click_on_a_figure_leads_to_its_feed_with_the_district(
    browser: Browser, preview: Preview
) -> None:
    with look(browser) as page:
        page.open(f"{preview.url}/d/{HOME}?from=now-6h&to=now")
        link = page.page.locator('a[href*="/d/ioc-feed-dossier?var-district="]').first
        wanted = parse_qs(urlsplit(str(link.get_attribute("href"))).query)
        link.click()
        page.page.wait_for_url("**/d/ioc-feed-dossier**")
        page.settle()
        query = parse_qs(urlsplit(page.page.url).query)
        assert query["var-district"] == wanted["var-district"]
        assert (query["from"], query["to"]) == (["now-6h"], ["now"])
        assert page.errors == []


def bars(panels: list[Panel], word: str) -> str:
    """The text of the panels whose title holds a word."""
    return " ".join(panel.text for panel in panels if word in panel.title)
