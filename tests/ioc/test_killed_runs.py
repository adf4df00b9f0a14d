"""Whatever a kill has left in ClickHouse, the next run notices what is missing and ends exact."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.feed import Feed
from contracts.feeds.dossier import DOSSIER
from contracts.feeds.eoffice import EOFFICE
from tests.ioc.conftest import Database
from tests.ioc.killed_run import RULES, Cuts, Run, Told, differences, go_on, story
from tests.sinks.processes import Broker

KINDS = {"dossier": ("received", "resolved"), "eoffice": ("received", "revoked")}
REBUILDING = "the mirror of the state is not what is archived; rebuilding"


@pytest.fixture
def bootstrap(tmp_path: Path) -> Iterator[str]:
    """A broker whose log is empty, as after every start."""
    broker = Broker(tmp_path)
    broker.start()
    yield f"127.0.0.1:{broker.port}"
    broker.end()


def run_of(database: Database, feed: Feed) -> tuple[list[Told], Run]:
    """Events, and a run that has worked through all of them; nothing of it is stored yet."""
    events = story(feed, KINDS[feed.name])
    settings = database.settings.model_copy(update=RULES | {"generation": 1})
    run = Run(feed, settings)
    run.work(events)
    return events, run


def require_exact(
    database: Database, bootstrap: str, run: Run, events: list[Told], *, rebuilds: bool
) -> None:
    said, _ = go_on(database, bootstrap, run, events)
    assert [REBUILDING in line for line in said[:1]] == ([True] if rebuilds else [])
    assert differences(database, run.feed.name) == {}
    ((held, archived),) = database.rows(
        f"SELECT sum(counts['events']), (SELECT count() FROM events_{run.feed.name} FINAL)"
        f" FROM panes FINAL WHERE feed = '{run.feed.name}'"
    )
    assert held == archived == len(events)


SEEDS = range(6)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("feed", [DOSSIER, EOFFICE], ids=lambda feed: feed.name)
def test_any_beginning_of_what_was_written(
    database: Database, bootstrap: str, feed: Feed, seed: int
) -> None:
    events, run = run_of(database, feed)
    drawn = random.Random(seed)
    cuts: Cuts = {
        route: [drawn.randint(count // 3, count) for count in counts]
        for route, counts in run.all.items()
    }
    run.store(database, cuts)
    require_exact(database, bootstrap, run, events, rebuilds=True)
