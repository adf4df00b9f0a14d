"""The head of a page: the choice of dashboard, variables, time range and refresh."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from urllib.parse import urlencode

from nicegui import ui

from dashboards.grafana.variables import ALL
from dashboards.preview.choosing import ALL_WORD, picked
from dashboards.preview.model import Dashboard, Variable, seconds_of
from dashboards.preview.session import Session
from dashboards.preview.state import RANGES, REFRESHES, State, range_words

Change = Callable[[State], Awaitable[None]]
OWN_RANGE = "own"


class Header:
    """The controls of a page. ``change`` receives the state that the user chooses."""

    def __init__(self, session: Session, dashboards: list[Dashboard], change: Change) -> None:
        self._session = session
        self._change = change
        self._selects: dict[str, ui.select] = {}
        self._is_filling = False
        with ui.element("header").classes("top"):
            self._names(dashboards)
            for variable in session.dashboard.variables:
                if not variable.hidden:
                    self._variable(variable)
            self._links(dashboards)
            ui.element("div").classes("space")
            self._range()
            self._refresh()
            ui.button(icon="refresh", on_click=self._again).props(
                'flat dense color="grey-5" aria-label="làm mới"'
            ).tooltip("Làm mới")
            ui.button(icon="tv", on_click=self._wall).props(
                'flat dense color="grey-5" aria-label="màn hình lớn"'
            ).tooltip("Màn hình lớn, vừa một trang")

    def fill(self) -> None:
        """Write the current options and choices of the variables."""
        self._is_filling = True
        for name, select in self._selects.items():
            variable = next(one for one in self._session.dashboard.variables if one.name == name)
            options = {one.value: one.text for one in self._session.options.get(name, ())}
            if variable.include_all:
                options = {ALL: ALL_WORD, **options}
            values = self._session.selections[name].values
            value = list(values) if variable.multi else next(iter(values), None)
            if select.options != options or select.value != value:
                select.set_options(options, value=value)
        self._is_filling = False

    def _names(self, dashboards: list[Dashboard]) -> None:
        name = ui.button(self._session.dashboard.title).classes("dashboard")
        name.props('flat no-caps color="grey-3" icon-right="expand_more"')
        with name, ui.menu().classes("dashboards"):
            for one in dashboards:
                ui.link(one.title, f"/d/{one.uid}?{self._time_query}").classes("entry")
            ui.separator()
            for title, url, new_tab in self._link_list(dashboards):
                if not any(title == one.title for one in dashboards):
                    ui.link(title, url, new_tab=new_tab).classes("entry")

    def _links(self, dashboards: list[Dashboard]) -> None:
        with ui.element("nav").classes("chips"):
            for title, url, new_tab in self._link_list(dashboards):
                ui.link(title, url, new_tab=new_tab).classes("chip-link")

    def _link_list(self, dashboards: list[Dashboard]) -> Iterator[tuple[str, str, bool]]:
        """Title, address, and whether it opens a tab, of each link of the dashboard.

        Links that Grafana puts into a menu are left out: the menu of all dashboards has them.
        """
        for link in self._session.dashboard.links:
            if link.get("asDropdown"):
                continue
            if link.get("type") == "dashboards":
                tags = set(link.get("tags") or ())
                for one in dashboards:
                    if tags & set(one.tags) and one.uid != self._session.dashboard.uid:
                        yield one.title, f"/d/{one.uid}?{self._time_query}", False
            elif href := self._session.links.href(link):
                yield href.title, href.url, href.new_tab

    @property
    def _time_query(self) -> str:
        state = self._session.state
        return urlencode([("from", state.start), ("to", state.end), *state.variables])

    def _variable(self, variable: Variable) -> None:
        def choose(event: object) -> None:
            self._choose(variable, getattr(event, "value", None))

        select = ui.select({}, multiple=variable.multi, label=variable.label, on_change=choose)
        select.props('dense outlined options-dense stack-label popup-content-class="pop"')
        select.classes("control variable").props(f'data-variable="{variable.name}"')
        self._selects[variable.name] = select

    def _choose(self, variable: Variable, value: object) -> None:
        if self._is_filling:
            return
        now = tuple(map(str, value)) if isinstance(value, list) else (str(value),) if value else ()
        before = self._session.selections[variable.name].values
        chosen = picked(before, now) if variable.multi else now
        if not chosen:
            chosen = (ALL,) if variable.include_all else before
        self._ask(self._session.state.choose(variable.name, chosen))

    def _range(self) -> None:
        state = self._session.state
        own = range_words(state, self._session.zone)
        is_own = state.end != "now" or state.start not in RANGES
        options = {**({OWN_RANGE: own} if is_own else {}), **RANGES}
        value = OWN_RANGE if is_own else state.start
        ui.select(
            options,
            value=value,
            label="Thời gian",
            on_change=lambda event: self._ask(
                replace(self._session.state, start=event.value, end="now")
                if event.value != OWN_RANGE
                else state
            ),
        ).props('dense outlined options-dense stack-label popup-content-class="pop"').classes(
            "control range"
        )

    def _refresh(self) -> None:
        options = {seconds_of(text): words for text, words in REFRESHES.items() if text}
        now = self._session.state.refresh_s
        options.setdefault(now, f"{now:g} giây")
        ui.select(
            options,
            value=now,
            label="Làm mới mỗi",
            on_change=lambda event: self._ask(replace(self._session.state, refresh_s=event.value)),
        ).props('dense outlined options-dense stack-label popup-content-class="pop"').classes(
            "control refresh"
        )

    def _wall(self) -> None:
        ui.navigate.to(replace(self._session.state, kiosk=True).address)

    async def _again(self) -> None:
        await self._change(self._session.state)

    def _ask(self, state: State) -> None:
        ui.timer(0, lambda: self._change(state), once=True)
