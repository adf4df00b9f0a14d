"""Look-ups of a replay's events in the archive, on the real engine."""

import orjson

from contracts.feeds.dossier import DOSSIER
from ioc.replaying.archive import Known, archive_of
from producers.replay.event import ReplayEvent
from tests.contracts.samples import SAMPLES
from tests.ioc.conftest import Database

AT_MS = 1_795_143_600_000
HOUR_MS = 3_600_000
PLACE = {"generation": 1, "partition": 0, "late": False}


def told(number: int, **changes: object) -> ReplayEvent:
    """The sample of a resolved dossier, at 2026-11-20T03:00Z, with these changes."""
    fields = {
        **SAMPLES["dossier", "resolved"],
        "event_id": f"0f3f2a52-7c1e-4d1c-9d55-1c9a3b7f{number:04x}",
        "received_at": "2026-11-18T01:00:00.000Z",
        "due_at": "2026-11-21T10:00:00.000Z",
        **changes,
    }
    value = orjson.dumps({name: value for name, value in fields.items() if value is not None})
    at_ms = AT_MS + HOUR_MS * number
    return ReplayEvent(at_ms, str(fields["district"]), "resolved", str(fields["event_id"]), value)


def store(database: Database, *events: ReplayEvent) -> None:
    rows = [orjson.loads(event.value) | PLACE | {"offset": n} for n, event in enumerate(events)]
    database.client.raw_insert(
        "events_dossier",
        None,
        b"\n".join(map(orjson.dumps, rows)),
        fmt="JSONEachRow",
        settings={"date_time_input_format": "best_effort"},
    )


def test_an_event_is_known_by_its_id_alone_wherever_its_record_has_gone(
    database: Database,
) -> None:
    """Whatever was corrected: the time, the unit, or just another field."""
    moved = "2023-01-01T00:00:00.000Z"
    archived = [told(n) for n in range(5)] + [told(5, rating=None)]
    store(database, *archived)
    asked = [
        told(0),
        told(1, occurred_at=moved),
        told(2, district="150"),
        told(3, rating=1),
        told(4, rating=None),
        told(5, rating=None),
        told(6),
    ]
    with archive_of(database.settings, DOSSIER) as archive:
        known = archive.known(asked)
        assert known == archive.known([asked[3]]) | archive.known(asked[:3] + asked[4:])
    assert set(known.values()) <= {Known("148", AT_MS, changed) for changed in (True, False)}
    assert [known[e.event_id].is_changed if e.event_id in known else None for e in asked] == [
        False, True, True, True, True, False, None,
    ]  # fmt: skip


def test_of_two_archived_versions_the_first_counts(database: Database) -> None:
    """Earlier versions of this program could archive a corrected event a second time."""
    store(database, told(0), told(0, occurred_at="2026-11-25T00:00:00.000Z"))
    with archive_of(database.settings, DOSSIER) as archive:
        assert archive.known([told(0)]) == {told(0).event_id: Known("148", AT_MS, False)}
