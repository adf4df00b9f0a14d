"""The figures of a replayed past, counted from the archive on the real engine."""

from collections import Counter
from io import StringIO
from threading import Event
from typing import Any

import orjson
import pytest
from rich.console import Console

from contracts.feeds.dossier import DOSSIER
from contracts.messages import iso, parse_iso
from contracts.settings import Settings
from ioc.replaying.meter import Meter
from ioc.replaying.past import tell_past
from tests.contracts.samples import SAMPLES
from tests.ioc.conftest import Database, ago

BEGIN_MS = parse_iso("2023-10-02T01:05:00.000Z")
HOUR_MS = 3_600_000
UNITS, FIGURES_A_UNIT = 11, 32
GENERATION = 2


def dossier(number: int, kind: str, after_h: float, district: str) -> dict[str, Any]:
    at_ms = BEGIN_MS + round(after_h * HOUR_MS)
    return {
        **SAMPLES["dossier", kind],
        "event_id": f"0f3f2a52-7c1e-4d1c-9d55-{at_ms:012x}",
        "dossier_id": f"ds-{number}",
        "district": district,
        "occurred_at": iso(at_ms),
        "received_at": iso(BEGIN_MS),
        "due_at": iso(BEGIN_MS + 2 * HOUR_MS),
    }


EVENTS = [
    dossier(1, "received", 0, "150"),  # nothing more is heard from there
    dossier(2, "received", 0.5, "148"),
    dossier(2, "resolved", 49.5, "148"),
    dossier(3, "received", 50, "148"),
]
NEWEST = iso(BEGIN_MS + 50 * HOUR_MS)
PLACE = {"generation": GENERATION, "partition": 0, "late": False}


def store(database: Database, events: list[dict[str, Any]]) -> None:
    """Store events as worker and sink do: archive, panes, progress."""
    panes: dict[tuple[str, str], Counter[str]] = {}
    for event in events:
        panes.setdefault((event["district"], event["occurred_at"][:16]), Counter())[
            event["kind"]
        ] += 1
    insert(database, "events_dossier", [e | PLACE | {"offset": n} for n, e in enumerate(events)])
    insert(
        database,
        "panes",
        [
            {
                "feed": "dossier", "district": district, "pane": f"{minute}:00Z", "version": 1,
                "counts": counts, "histograms": {}, "sets": {}, "emitted_at": ago(),
            }
            for (district, minute), counts in panes.items()
        ],
    )  # fmt: skip
    insert(
        database,
        "progress",
        [
            {
                "feed": "dossier", "generation": GENERATION, "partition": partition,
                "version": partition, "newest": iso(BEGIN_MS), "watermark": iso(BEGIN_MS),
                "accepted": 1, "rejected": 0, "duplicates": 0, "late": 0, "emitted_at": ago(),
            }
            for partition in range(2)
        ],
    )  # fmt: skip


def insert(database: Database, table: str, rows: list[dict[str, Any]]) -> None:
    database.client.raw_insert(
        table,
        None,
        b"\n".join(map(orjson.dumps, rows)),
        settings={"date_time_input_format": "best_effort"},
        fmt="JSONEachRow",
    )


@pytest.fixture
def settings(database: Database) -> Settings:
    return database.settings.model_copy(update={"generation": GENERATION})


def tell(settings: Settings, stop: Event | None = None) -> bool:
    return tell_past(settings, DOSSIER, Meter(Console(file=StringIO())), stop or Event())


def value(database: Database, name: str, district: str, horizon_s: int) -> float | None:
    ((held,),) = database.rows(
        f"SELECT value FROM indicator_latest WHERE indicator = 'dossier.{name}'"
        f" AND district = '{district}' AND horizon_s = {horizon_s}"
    )
    return held  # type: ignore[no-any-return]


def test_figures_and_watermarks_of_all_units_reach_the_newest_event(
    database: Database, settings: Settings
) -> None:
    store(database, EVENTS)
    assert tell(settings)
    assert database.rows(
        "SELECT count(), min(toUnixTimestamp64Milli(as_of)), max(toUnixTimestamp64Milli(as_of))"
        " FROM indicator_latest"
    ) == [(UNITS * FIGURES_A_UNIT, parse_iso(NEWEST), parse_iso(NEWEST))]
    assert database.rows(
        "SELECT DISTINCT toUnixTimestamp64Milli(watermark) FROM progress FINAL"
    ) == [(parse_iso(NEWEST),)]
    assert [value(database, name, "17", 0) for name in ("open", "overdue")] == [2, 2]
    assert [value(database, "received", unit, 86_400) for unit in ("17", "148", "150")] == [1, 1, 0]
    assert value(database, "resolved", "17", 3_600) == 1
    hours = "SELECT DISTINCT toString(window_end) FROM indicators WHERE horizon_s = 0 ORDER BY 1"
    assert [end for (end,) in database.rows(hours)] == [
        "2023-10-02 02:00:00",
        "2023-10-02 04:00:00",  # two are overdue
        "2023-10-03 01:00:00",  # nothing changed; all figures are emitted once a day
        "2023-10-04 01:00:00",
        "2023-10-04 03:00:00",  # one is resolved
        "2023-10-04 03:06:00",
    ]


def test_a_second_time_nothing_is_told_and_more_events_tell_all_of_it_again(
    database: Database, settings: Settings
) -> None:
    store(database, EVENTS)
    told = "SELECT * EXCEPT (computed_at, version) FROM indicators FINAL ORDER BY ALL"
    assert tell(settings)
    first, rows = database.rows(told), "SELECT count() FROM indicators"
    ((count,),) = database.rows(rows)
    assert tell(settings)
    assert database.rows(rows) == [(count,)]
    later = settings.model_copy(update={"generation": GENERATION + 1})
    store(database, [*EVENTS, dossier(4, "received", 53, "150")])
    assert tell(later)
    assert value(database, "open", "150", 0) == 2
    # What a correction takes back has no figures any more, and the rest is as it was.
    taken_back = "DELETE WHERE toUnixTimestamp64Milli({}) > " + str(parse_iso(NEWEST))
    for table, column in (("events_dossier", "occurred_at"), ("panes", "toDateTime64(pane, 3)")):
        database.client.command(
            f"ALTER TABLE {table} {taken_back.format(column)}", settings={"mutations_sync": 2}
        )
    assert tell(settings.model_copy(update={"generation": GENERATION + 2}))
    assert database.rows(told) == first
    assert value(database, "open", "150", 0) == 1


def test_it_ends_early_where_it_is_stopped(database: Database, settings: Settings) -> None:
    store(database, EVENTS)
    stop = Event()
    stop.set()
    assert not tell(settings, stop)
    assert tell(settings)
    assert value(database, "open", "17", 0) == 2


def test_of_no_events_nothing_is_told(database: Database, settings: Settings) -> None:
    assert tell(settings)
    assert database.rows("SELECT count() FROM indicators") == [(0,)]
