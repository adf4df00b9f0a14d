"""A panel on the page: frame, title, and current drawing."""

from dataclasses import replace
from typing import Any

from nicegui import ui
from nicegui.events import EChartPointClickEventArguments

from dashboards.preview.draw.drawing import Chart, Drawing, Html, Markdown
from dashboards.preview.model import Panel
from dashboards.preview.session import Drawn, Session
from dashboards.preview.state import State


class Card:
    """Shows a panel's drawings, one after the other. Only changes go to the browser."""

    def __init__(self, panel: Panel, session: Session) -> None:
        self.panel = panel
        self._drawn: Drawing | None = None
        self._element: Any = None
        grid = panel.grid
        place = f"{grid.y + 1} / {grid.x + 1} / span {grid.h} / span {grid.w}"
        kind = "row-title" if panel.kind == "row" else f"panel is-{panel.kind}"
        plain = " plain" if panel.transparent else ""
        with (
            ui.element("section").classes(kind + plain).style(f"grid-area: {place}") as self._frame
        ):
            self._frame.props(f'data-panel="{panel.id}" data-state="loading"')
            self._title = self._head(session)
            if panel.kind != "row":
                self._body = ui.element("div").classes("body")
                self._note = ui.label("").classes("note").props('role="status"')

    def _head(self, session: Session) -> ui.label:
        with ui.element("div").classes("head"):
            if self.panel.inner:
                self._opener(session.state)
            title = ui.label(session.words(self.panel.title)).classes("title")
            if self.panel.description:
                with ui.icon("info_outline").classes("info"):
                    ui.tooltip(self.panel.description).classes("tip")
            for link in self.panel.links:
                href = session.links.href(link)
                if href:
                    ui.link(href.title or "mở", href.url, new_tab=href.new_tab).classes("head-link")
        return title

    def _opener(self, state: State) -> None:
        """Add the link that opens a collapsed row, or closes it."""
        panel = self.panel
        is_open = panel.id in state.opened
        target = replace(state, opened=state.opened ^ {panel.id}).address
        words = "thu gọn" if is_open else f"mở {len(panel.inner)} bảng"
        with ui.link(target=target).classes("opener"):
            ui.icon("expand_more" if is_open else "chevron_right")
            ui.label(words)

    def entitle(self, title: str) -> None:
        """Write the title, whose variables are filled in already."""
        if self._title.text != title:
            self._title.text = title

    def show(self, drawn: Drawn) -> None:
        """Show a drawing if it differs from the current one."""
        left_out = ", ".join(drawn.left_out)
        self._say(f"Chưa có ở bản xem trước: phép biến đổi {left_out}." if left_out else "")
        self._mark("none" if _is_empty(drawn.drawing) else "ready")
        if drawn.drawing == self._drawn:
            return
        if type(drawn.drawing) is type(self._drawn):
            self._change(drawn.drawing)
        else:
            self._body.clear()
            with self._body:
                self._element = _element(drawn.drawing)
        self._drawn = drawn.drawing

    def fail(self, sentence: str) -> None:
        """Show the reason why there is no drawing."""
        self._body.clear()
        self._drawn = None
        self._mark("failed")
        self._say(sentence)

    def _change(self, drawing: Drawing) -> None:
        if isinstance(drawing, Chart):
            self._element.options.clear()
            self._element.options.update(drawing.options)
            self._element.update()
        else:
            self._element.set_content(_content(drawing))

    def _say(self, sentence: str) -> None:
        if self._note.text != sentence:
            self._note.text = sentence

    def _mark(self, state: str) -> None:
        self._frame.props(f'data-state="{state}"')


def _element(drawing: Drawing) -> ui.element:
    if isinstance(drawing, Chart):
        return ui.echart(drawing.options, on_point_click=_follow).classes("chart")
    if isinstance(drawing, Markdown):
        return ui.markdown(drawing.text).classes("text")
    return ui.html(drawing.markup).classes("drawing")


def _content(drawing: Html | Markdown) -> str:
    return drawing.markup if isinstance(drawing, Html) else drawing.text


def _is_empty(drawing: Drawing) -> bool:
    return isinstance(drawing, Html) and drawing.markup.startswith('<div class="none">')


def _follow(event: EChartPointClickEventArguments) -> None:
    data: object = event.data
    if isinstance(data, dict) and data.get("link"):
        ui.navigate.to(str(data["link"]))
