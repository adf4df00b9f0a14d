"""Serves the preview until a signal ends it."""

import asyncio
import logging
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Event

from fastapi import Request
from nicegui import app, ui
from starlette.responses import RedirectResponse, Response

from contracts.errors import IocError
from contracts.reference.boundaries import Boundaries, load_boundaries
from contracts.reference.province import load_reference
from contracts.settings import Settings
from dashboards.preview.guard import Guard
from dashboards.preview.library import Library
from dashboards.preview.page import NOTICE, Page
from dashboards.preview.readers import Readers
from dashboards.preview.session import Session
from dashboards.preview.source import Source
from dashboards.preview.state import read_state

STATIC = Path(__file__).parent / "static"
GRACE_S = 1
"""Seconds for running requests at the end; open web sockets are closed at once."""
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="7" fill="#131a22"/>'
    '<path d="M7 22l6-8 5 5 7-10" fill="none" stroke="#5ab4e6" stroke-width="3"/></svg>'
)


def serve(settings: Settings, folder: Path, stop: Event) -> None:
    """Serve the dashboards of a folder; returns after SIGTERM or SIGINT.

    The server handles these signals itself and passes them on after its end. ``stop`` is set if a
    signal came earlier.

    Raises:
        DataFileError: the province's reference data or boundaries are invalid.
    """
    boundaries = load_boundaries(settings, load_reference(settings).units)
    library = Library(folder)
    source = Source(Readers(settings))
    _pages(library, source, boundaries, settings.preview_now)
    app.add_static_files("/preview", STATIC)
    app.add_middleware(Guard, password=settings.preview_password.get_secret_value())
    app.on_startup(lambda: app.shutdown() if stop.is_set() else None)
    for talkative in ("urllib3", "clickhouse_connect"):
        logging.getLogger(talkative).setLevel(logging.CRITICAL)  # the page shows failures
    ui.run(
        host=settings.preview_host,
        port=settings.preview_port,
        title="IOC",
        favicon=ICON,
        dark=True,
        language="vi",
        reload=False,
        show=False,
        tailwind=False,
        show_welcome_message=False,
        reconnect_timeout=10,
        timeout_graceful_shutdown=GRACE_S,
    )


def _pages(
    library: Library, source: Source, boundaries: Boundaries, stands_at: datetime | None
) -> None:
    @ui.page("/")
    def home() -> Response | None:
        first = next(iter(library.all()), None)
        if first:
            return RedirectResponse(f"/d/{first.uid}")
        _message(
            "Chưa có dashboard nào", f"Không có tệp .json nào trong {library.folder}.", library
        )
        return None

    @ui.page("/d/{uid}")
    @ui.page("/d/{uid}/{_slug}")
    async def show(request: Request, uid: str, _slug: str = "") -> None:
        dashboard = library.find(uid)
        if dashboard is None:
            _message("Không có dashboard này", f"Không tìm thấy dashboard «{uid}».", library)
            return
        state = read_state(dashboard, request.query_params.multi_items())
        session = Session(dashboard, state, source, boundaries, stands_at)
        warm = Session(dashboard, state, source, stands_at=stands_at)
        asyncio.create_task(_warm(warm))  # noqa: RUF006 - fire and forget: answers go to the shared source
        ui.page_title(f"{dashboard.title} · IOC")
        _head()
        Page(session, library, source)


async def _warm(session: Session) -> None:
    with suppress(IocError):
        await session.warm()


def _head() -> None:
    ui.add_head_html('<link rel="stylesheet" href="/preview/style.css">')
    ui.add_head_html('<script src="/preview/format.js"></script>')


def _message(title: str, sentence: str, library: Library) -> None:
    _head()
    with ui.element("main").classes("message"):
        ui.label(title).classes("big")
        ui.label(sentence)
        for trouble in library.troubles:
            ui.label(trouble).classes("note")
        for dashboard in library.all():
            ui.link(dashboard.title, f"/d/{dashboard.uid}").classes("entry")
        ui.label(NOTICE).classes("dim")
