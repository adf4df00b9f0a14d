"""An installed Chromium, and pages that note what went wrong in them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.waiting import until

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SETTLED_MS = 700
WALL, LAPTOP = (1920, 1080), (1366, 768)
ALL_FILLED = """() => {
    const panels = [...document.querySelectorAll('.panel[data-panel]')];
    return panels.length > 0 && panels.every(one => one.dataset.state !== 'loading');
}"""
PANELS = """() => [...document.querySelectorAll('.panel[data-panel]')].map(one => ({
    title: one.querySelector('.title').textContent, state: one.dataset.state,
    text: one.querySelector('.body').innerText, note: one.querySelector('.note').textContent,
    charts: one.querySelectorAll('canvas').length,
}))"""


@dataclass(frozen=True)
class Panel:
    """A panel as the browser shows it."""

    title: str
    state: str
    text: str
    note: str
    charts: int


@dataclass
class Look:
    """An open page, the errors of its scripts, and the hosts that it contacted."""

    page: Page
    errors: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def open(self, url: str) -> None:
        """Open an address, and wait until every panel has got an answer."""
        self.page.goto(url)
        self.settle()

    def settle(self) -> None:
        """Wait until every panel has got an answer and is drawn."""
        until(self._is_filled, "every panel has got an answer")
        self.page.wait_for_timeout(SETTLED_MS)  # a moving chart gives no sign when it stops

    def _is_filled(self) -> bool:
        """Not yet, while the page loads anew, as it does after it has lost its server for long."""
        try:
            return bool(self.page.evaluate(ALL_FILLED))
        except PlaywrightError as error:
            if "Execution context was destroyed" not in str(error):
                raise
            return False

    @property
    def panels(self) -> list[Panel]:
        """All panels but rows."""
        return [Panel(**one) for one in self.page.evaluate(PANELS)]

    def note_error(self, message: ConsoleMessage) -> None:
        """Keep an error of the console."""
        if message.type == "error":
            self.errors.append(message.text)

    def note_host(self, request: Request) -> None:
        """Keep the host of a request."""
        if request.url.startswith(("http", "ws")):
            self.hosts.add(urlsplit(request.url).netloc)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The installed Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*OPTIONS])
        yield browser
        browser.close()


@contextmanager
def look(browser: Browser, size: tuple[int, int] = WALL) -> Iterator[Look]:
    """A page of its own."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    made = Look(context.new_page())
    made.page.set_default_timeout(0)  # how long a page takes says how busy the machine is
    made.page.on("console", made.note_error)
    made.page.on("pageerror", lambda error: made.errors.append(str(error)))
    made.page.on("request", made.note_host)
    yield made
    context.close()
