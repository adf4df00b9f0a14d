"""The page of a dashboard, which fills its panels as answers arrive, round after round."""

import asyncio
import logging

from nicegui import ui

from contracts.errors import IocError, UnavailableError
from dashboards.preview.card import Card
from dashboards.preview.header import Header
from dashboards.preview.library import Library
from dashboards.preview.model import rows_of
from dashboards.preview.session import Session
from dashboards.preview.source import Source
from dashboards.preview.state import State

NOTICE = (
    "Bản xem trước, để dùng thử và cho người viết dashboard; "
    "màn hình chính thức của tỉnh là Grafana."
)
MOST_ROWS_OF_A_WALL = 32
AWAY_S = 3.0
"""Seconds between two attempts while ClickHouse is away."""
logger = logging.getLogger(__name__)


class Page:
    """One browser's page."""

    def __init__(self, session: Session, library: Library, source: Source) -> None:
        self._session = session
        self._library = library
        self._source = source
        self._round: asyncio.Task[None] | None = None
        self._is_away = False
        kiosk = session.state.kiosk
        ui.query("body").classes("wall" if kiosk else "desk")
        self._header = None if kiosk else Header(session, library.all(), self.change)
        if kiosk:
            self._wall_head()
        self._trouble = ui.label("").classes("trouble").props('role="alert"')
        rows = rows_of(session.panels)
        grid = ui.element("main").classes(_grid_class(rows)).style(f"--rows: {max(rows, 1)}")
        with grid:
            self._cards = [Card(panel, session) for panel in session.panels]
        with ui.element("footer").classes("bottom"):
            ui.label(NOTICE)
            if not kiosk:
                self._clock = ui.label("").classes("clock")
        self._timer = ui.timer(session.state.refresh_s, self.round)

    def _wall_head(self) -> None:
        with ui.element("header").classes("top"):
            ui.label(self._session.dashboard.title).classes("dashboard")
            self._subtitle = ui.label("").classes("subtitle")
            ui.element("div").classes("space")
            self._clock = ui.label("").classes("clock")
            leave = ui.button(icon="close_fullscreen", on_click=self._leave)
            leave.props('flat dense color="grey-5" aria-label="thoát màn hình lớn"').classes(
                "leave"
            )

    def _leave(self) -> None:
        address = self._session.state.address
        ui.navigate.to(address.removesuffix("&kiosk"))

    async def change(self, state: State) -> None:
        """Show another state: query all panels anew, and update the address."""
        self._session.state = state
        self._timer.interval = state.refresh_s
        if self._round:
            self._round.cancel()
            self._round = None
        await self.round()
        ui.navigate.history.replace(self._session.state.address)

    async def round(self) -> None:
        """Query all panels once, or wait for a round that is still running."""
        if self._library.find(self._session.dashboard.uid) is not self._session.dashboard:
            ui.navigate.reload()  # the file has changed: its author wants to see it
            return
        if self._round is None or self._round.done():
            self._round = asyncio.create_task(self._ask_all())
        await asyncio.wait([self._round])

    async def _ask_all(self) -> None:
        self._is_away = False
        try:
            await self._session.begin()
        except UnavailableError as error:
            self._away(error)
        except IocError as error:
            self._say(f"Biến của dashboard: {error}")
        else:
            if self._header:
                self._header.fill()
            await asyncio.gather(*(self._fill(card) for card in self._cards))
            if not self._is_away:
                self._say(self._session.trouble)
                self._tell_time()
        self._timer.interval = min(AWAY_S, self._refresh_s) if self._is_away else self._refresh_s

    async def _fill(self, card: Card) -> None:
        card.entitle(self._session.words(card.panel.title))
        if card.panel.kind == "row":
            return
        try:
            card.show(await self._session.drawn(card.panel))
        except UnavailableError as error:
            self._away(error)
        except IocError as error:
            card.fail(str(error))
        except Exception as error:  # one panel's fault must not empty the others
            logger.exception("panel %s of %s", card.panel.id, self._session.dashboard.uid)
            card.fail(f"Không vẽ được bảng này: {type(error).__name__}: {error}")

    @property
    def _refresh_s(self) -> float:
        return self._session.state.refresh_s

    def _away(self, error: UnavailableError) -> None:
        self._is_away = True
        self._say(
            f"ClickHouse ({self._source.address}) chưa trả lời: {error}. "
            "Số liệu dưới đây là của lần trước; trang tự thử lại."
        )

    def _say(self, sentence: str) -> None:
        if self._trouble.text != sentence:
            self._trouble.text = sentence

    def _tell_time(self) -> None:
        zone = self._session.zone
        now = self._session.now.astimezone(zone)
        self._clock.text = f"Số liệu lúc {now:%H:%M:%S %d/%m/%Y} · giờ {zone.key}"


def _grid_class(rows: int) -> str:
    return "grid tall" if rows > MOST_ROWS_OF_A_WALL else "grid"
