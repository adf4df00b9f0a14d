"""The rejected share of the last hour's events, and when it is red."""

import re
from datetime import UTC, datetime
from io import StringIO

import orjson
import pytest
from rich.console import Console

from contracts.reference.province import load_reference
from contracts.registry import FEEDS, feed_named
from contracts.settings import load_settings
from ioc.embedded.screen import Reading, render
from ioc.embedded.watch import Watch
from ioc.rejects.share import RejectShare, reject_shares
from ioc.status.figures import FeedProgress
from tests.contracts.samples import SAMPLES
from tests.ioc.conftest import Database, ago, rejected


def archive(database: Database, first: int, count: int, archived_at: str) -> None:
    rows = [
        SAMPLES["press", "article"]
        | {"event_id": f"00000000-0000-0000-0000-{n:012d}", "archived_at": archived_at}
        for n in range(first, first + count)
    ]
    settings = {"date_time_input_format": "best_effort"}
    body = b"\n".join(map(orjson.dumps, rows))
    database.client.raw_insert("events_press", None, body, settings, fmt="JSONEachRow")


def test_the_last_hour_counts_without_duplicates(database: Database) -> None:
    archive(database, 0, 47, ago(minutes=50))
    archive(database, 100, 30, ago(minutes=70))
    database.add_rejects(
        *(rejected(n, reason="too_late") for n in range(1)),
        *(rejected(n, reason="unknown_unit") for n in range(1, 3)),
        *(rejected(n, reason="duplicate") for n in range(3, 9)),
        *(rejected(n, rejected_at=ago(minutes=70)) for n in range(9, 20)),
        rejected(1, feed="traffic"),
    )
    shares = reject_shares(database.client, FEEDS)
    assert shares["press"] == RejectShare(archived=47, rejected=3, top_reason="unknown_unit")
    assert shares["press"].share == 0.06
    assert shares["traffic"] == RejectShare(archived=0, rejected=1, top_reason="malformed")
    assert shares["dossier"] == RejectShare(archived=0, rejected=0, top_reason="")
    database.client.command("DROP TABLE events_traffic")
    assert set(reject_shares(database.client, FEEDS)) == {feed.name for feed in FEEDS} - {"traffic"}
    assert reject_shares(database.client, (feed_named("traffic"),)) == {}


@pytest.mark.parametrize(
    ("archived", "rejects", "share", "is_over"),
    [
        (19, 0, None, False),
        (0, 19, None, False),
        (0, 20, 1.0, True),
        (19, 1, 0.05, False),  # the limit itself is allowed
        (949, 51, 0.051, True),
        (1000, 0, 0.0, False),
    ],
)
def test_fewer_than_twenty_events_give_no_verdict(
    archived: int, rejects: int, share: float | None, is_over: bool
) -> None:
    held = RejectShare(archived, rejects, "malformed")
    assert held.share == share
    assert held.is_over(0.05) is is_over


@pytest.mark.parametrize(("limit", "is_red"), [("0.5", True), ("0.7", False)])
def test_the_screen_shows_the_count_of_a_feed_over_its_limit_red(
    database: Database, limit: str, is_red: bool
) -> None:
    archive(database, 0, 16, ago(minutes=1))
    database.add_rejects(*(rejected(n) for n in range(24)))  # 24 of 40: 60 %
    settings = database.settings.model_copy(update={"reject_limit": float(limit)})
    feed = feed_named("press")
    watch = Watch(settings, (feed,))
    over_limit = watch.read().over_limit
    watch.close()
    assert over_limit == ({"press"} if is_red else set())
    held = FeedProgress(datetime.now(UTC), accepted=16, rejected=24, duplicates=0, late=0)
    reading = Reading(progress={"press": held}, over_limit=over_limit)
    console = Console(
        file=StringIO(), force_terminal=True, color_system="standard", width=120, _environ={}
    )
    units = load_reference(load_settings()).units
    console.print(render(units, (feed,), "", reading, 120))
    assert isinstance(console.file, StringIO)
    assert bool(re.search(r"\x1b\[1;31m *24", console.file.getvalue())) is is_red
