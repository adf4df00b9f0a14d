"""``ioc up --scenario``: replays a past, then shows it as it stood at its end."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from urllib.parse import urlencode

from rich.console import Console

from contracts.errors import UnavailableError
from contracts.reference.province import load_reference
from contracts.registry import FEEDS
from contracts.settings import Settings
from dashboards.preview.library import HOME
from ioc import schema
from ioc.embedded.data_folder import only_one
from ioc.embedded.memory import require_memory
from ioc.embedded.required_ports import require_ports
from ioc.embedded.service import COMMAND, Service, environment_of
from ioc.embedded.stack import STOP_S
from ioc.embedded.supervisor_log import log_to_file
from ioc.replaying.isolated import database_of
from ioc.replaying.meter import Meter
from ioc.replaying.replay import replay
from ioc.replaying.request import Request, make_request
from producers.scenarios import scenario_named

CARE_S = 1.0
BOARDS = {"seed-2023": "ioc-bai-bao-2023"}
"""A scenario's name -> the screen that was made for it."""


def stand(settings: Settings, name: str, seconds: float | None, stop: Event) -> None:
    """Replay a scenario into a database of its own; then serve the screens at its last instant.

    Broker and worker end with the replay, since nothing happens any more; ClickHouse and the page
    go on until ``stop`` is set, or for ``seconds``. A second run adds nothing.

    Raises:
        IocError: there is no such scenario, something can't start, or another stack runs here.
    """
    scenario = scenario_named(name)
    request = make_request(None, None, None, name, "max", None, dry_run=False)
    require_memory(settings)
    require_ports(settings, clickhouse=True, preview=True)
    meter = Meter(Console())
    database = database_of(request.into or name)
    shown = settings.model_copy(update={"clickhouse_database": database})
    with only_one(settings.data_dir) as lock:
        log_to_file(settings)
        clickhouse, page = (_service(settings, each, lock) for each in ("clickhouse", "preview"))
        of_page = environment_of(shown) | {"IOC_PREVIEW_NOW": scenario.published.at.isoformat()}
        with _running(clickhouse, environment_of(settings)):
            clickhouse.await_port(settings.clickhouse_host, settings.clickhouse_port)
            _tell(settings, shown, request, meter, stop)
            if stop.is_set():
                return
            with _running(page, of_page):
                page.await_port(settings.preview_host, settings.preview_port)
                meter.say(f"it stands at {scenario.published.at:%d/%m/%Y %H:%M}; Ctrl-C ends it")
                for address in _addresses(settings, name):
                    meter.say(address)
                _care(stop, seconds, page, clickhouse)
    meter.say(f"stopped; the data is kept in {settings.data_dir.resolve()}")


def _tell(settings: Settings, shown: Settings, request: Request, meter: Meter, stop: Event) -> None:
    """Replay what is not archived yet; screens of feeds that it has nothing of need tables, too."""
    replay(settings, request, meter.console, stop)
    if not stop.is_set():
        schema.apply(shown, FEEDS, load_reference(shown))


def _service(settings: Settings, name: str, lock: int) -> Service:
    log = settings.data_dir / "logs" / f"{name}.log"
    return Service(name, [*COMMAND, name], log, lock)


@contextmanager
def _running(service: Service, environment: dict[str, str]) -> Iterator[None]:
    service.start(environment)
    try:
        yield
    finally:
        service.stop(time.monotonic() + STOP_S)


def _addresses(settings: Settings, name: str) -> Iterator[str]:
    """Where to look: the scenario's own screen, and the wall over its year."""
    root = f"http://{settings.preview_host}:{settings.preview_port}/d"
    yield f"Screen  {root}/{BOARDS[name]}"
    yield f"Wall    {root}/{HOME}?{urlencode({'var-period': 'year'})}"


def _care(stop: Event, seconds: float | None, *services: Service) -> None:
    """Wait until ``stop`` is set, or for ``seconds``. Raises UnavailableError if a service ends."""
    until = None if seconds is None else time.monotonic() + seconds
    while until is None or time.monotonic() < until:
        if stop.wait(CARE_S):
            return
        for service in services:
            if service.exit_code is not None:
                raise UnavailableError(
                    f"{service.name} ended with {service.exit_code}: {service.last_words()}; give "
                    "the same command again"
                )
