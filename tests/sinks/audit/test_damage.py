"""Each kind of damage, alone: it is found and named, and sound data is not reported."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from contracts.settings import Settings
from sinks.audit.auditor import Auditor, HaltedError
from sinks.audit.repair import Repairer
from sinks.audit.statement import FOLDER
from tests.sinks.audit.conftest import Audit
from tests.sinks.audit.world import World, version

COUNTS = {"events": 2, "articles": 2, "negative": 1, "score_milli": -150}
SETS = {"outlets": ["bao-a", "bao-b"]}
PANE = "pane 2026-11-20 03:00Z of district 148"


@pytest.fixture
def sound(world: World) -> World:
    """Offsets 0 to 4: two articles of one minute, a malformed one, one of 03:05, a duplicate."""
    first = world.event(
        "press", "article", "03:00:00", outlet="bao-a", sentiment="negative", score=-0.4
    )
    world.event("press", "article", "03:00:01", outlet="bao-b", sentiment="neutral", score=0.25)
    world.reject("press")
    world.event(
        "press", "article", "03:05:00", outlet="bao-a", sentiment="neutral", score=0, late=True
    )
    world.reject("press", reason="duplicate")
    world.progress("press")
    world.pane("press", "03:00", COUNTS, sets=SETS)
    world.pane(
        "press", "03:05", {"events": 1, "late": 1, "articles": 1}, sets={"outlets": ["bao-a"]}
    )
    assert first["offset"] == 0
    return world


def test_what_is_sound_is_clean(sound: World, audit: Audit) -> None:
    found = audit("press")
    assert found.is_clean
    assert found.faults == ()
    account = found.account
    assert (account.published, account.archived, account.rejected, account.duplicates) == (
        5,
        3,
        1,
        1,
    )
    assert (account.late, account.missing, account.unarchived, account.double) == (1, 0, 0, 0)
    assert (found.panes_checked, found.panes_moving, found.panes_wrong) == (2, 0, 0)


def test_a_feed_that_has_nothing_is_clean(world: World, audit: Audit) -> None:
    found = audit("dossier")
    assert found.is_clean
    assert (found.account.published, found.panes_checked) == (0, 0)


@pytest.mark.parametrize(
    ("counts", "sets", "said"),
    [
        (COUNTS | {"articles": 3}, SETS, "articles is 3, recounted 2"),
        (COUNTS | {"events": 1}, SETS, "events is 1, recounted 2"),
        (COUNTS | {"late": 1}, SETS, "late is 1, recounted 0"),
        (COUNTS | {"unheard_of": 7}, SETS, "unheard_of is 7, recounted 0"),
        (COUNTS, {"outlets": ["bao-a"]}, "outlets is ['bao-a'], recounted ['bao-a', 'bao-b']"),
        (COUNTS, {}, "outlets is [], recounted ['bao-a', 'bao-b']"),
    ],
)
def test_a_wrong_part_is_named(
    sound: World, audit: Audit, counts: dict[str, int], sets: dict[str, list[str]], said: str
) -> None:
    sound.pane("press", "03:00", counts, sets=sets)
    found = audit("press")
    assert found.faults == (f"press: {PANE}: {said}",)
    assert (found.panes_checked, found.panes_wrong) == (2, 1)
    assert found.account.is_clean


def test_a_histogram_with_a_bin_too_far_is_named(world: World, audit: Audit) -> None:
    world.event("traffic", "detection", "03:00:00", speed_kmh=41.0, violation=None)
    world.progress("traffic")
    counts = {"events": 1, "detections": 1, "speed_deci_kmh": 410}
    world.pane("traffic", "03:00", counts, {"speed_kmh": {42: 1}})
    assert audit("traffic").faults == (
        f"traffic: {PANE}: speed_kmh is {{42: 1}}, recounted {{41: 1}}",
    )


def test_a_missing_pane_is_named(sound: World, audit: Audit) -> None:
    sound.delete("panes", "pane = '2026-11-20 03:05:00'")
    first, *rolled = audit("press").faults
    assert first == (
        "press: pane 2026-11-20 03:05Z of district 148 is missing: articles is 0, recounted 1; "
        "events is 0, recounted 1; late is 0, recounted 1; outlets is [], recounted ['bao-a']"
    )
    assert rolled == [
        f"press: the roll-up of the {period}Z of district 148: articles is 3, its panes come to 2"
        for period in ("day 2026-11-19 17:00", "hour 2026-11-20 03:00")
    ]


def test_a_pane_without_events_is_named(sound: World, audit: Audit) -> None:
    sound.pane("press", "04:00", {"events": 1, "articles": 1}, district="150")
    assert audit("press").faults == (
        (
            "press: pane 2026-11-20 04:00Z of district 150: articles is 1, recounted 0; "
            "events is 1, recounted 0"
        ),
    )


def test_many_wrong_panes_are_counted_and_a_few_named(sound: World, audit: Audit) -> None:
    for minute in range(10, 18):
        sound.pane("press", f"04:{minute}", {"events": 1})
    found = audit("press")
    assert found.panes_wrong == 8
    assert len(found.faults) == 6
    assert found.faults[-1] == "press: 3 more panes are wrong"


def test_an_event_gone_from_the_archive_is_named(sound: World, audit: Audit) -> None:
    sound.delete("events_press", "offset = 1")
    found = audit("press")
    assert found.faults[0] == (
        "press: 1 accepted events are not in the archive: generation 3 partition 0 offset 1 "
        f"({UUID(int=2)})"
    )
    assert (found.account.unarchived, found.account.archived, found.account.missing) == (1, 2, 0)
    assert (found.panes_wrong, len(found.faults)) == (1, 2)


@pytest.mark.parametrize(
    ("table", "offsets", "said"),
    [
        ("places", "3", "offset 3"),
        ("rejects", "2", "offset 2"),
        ("places", "0, 1", "offsets 0-1"),
    ],
)
def test_a_place_that_no_table_has_is_named(
    sound: World, audit: Audit, table: str, offsets: str, said: str
) -> None:
    sound.delete(table, f"offset IN ({offsets})")
    found = audit("press")
    count = offsets.count(",") + 1
    assert found.faults == (
        (
            f"press: {count} published events are neither archived nor rejected: "
            f"generation 3 partition 0 {said}"
        ),
    )
    assert found.account.missing == count


def test_spans_of_missing_offsets_are_listed_over_pages_of_the_log(
    world: World, audit: Audit
) -> None:
    """Two of 200,001 offsets are there; a page has 65,536."""
    world.reject("press", 70_000)
    world.reject("press", 200_000)
    world.progress("press")
    assert audit("press").faults == (
        (
            "press: 199,999 published events are neither archived nor rejected: "
            "generation 3 partition 0 offsets 0-69999; "
            "generation 3 partition 0 offsets 70001-199999"
        ),
    )


def test_an_event_accepted_and_rejected_is_named(sound: World, audit: Audit) -> None:
    sound.reject("press", 1)
    found = audit("press")
    assert found.faults == (
        (
            "press: 1 events are accepted as well as rejected: "
            "generation 3 partition 0 offset 1 (malformed)"
        ),
    )
    assert found.account.double == 1


def test_an_event_repeated_far_behind_is_a_duplicate(sound: World, audit: Audit) -> None:
    """The filter of the worker did not reach so far, so that the pane counts both: it is wrong."""
    again = {"outlet": "bao-b", "sentiment": "neutral", "score": 0.25}
    sound.event("press", "article", "03:00:01", **again, event_id=str(UUID(int=2)), offset=5)
    sound.progress("press")
    counts = {"events": 3, "articles": 3, "negative": 1, "score_milli": 100}
    sound.pane("press", "03:00", counts, sets=SETS)
    found = audit("press")
    account = found.account
    assert (account.published, account.archived, account.rejected, account.duplicates) == (
        6,
        3,
        1,
        2,
    )
    assert account.is_clean
    assert found.faults == (
        (
            f"press: {PANE}: articles is 3, recounted 2; events is 3, recounted 2; "
            "score_milli is 100, recounted -150"
        ),
    )
    sound.pane("press", "03:00", COUNTS, sets=SETS)
    assert audit("press").is_clean


def test_a_row_that_is_stored_twice_changes_nothing(sound: World, audit: Audit) -> None:
    """The sink repeated the rows that it had written before it was killed."""
    sound.client.command("INSERT INTO events_press SELECT * FROM events_press")
    sound.client.command("INSERT INTO progress SELECT * FROM progress")
    sound.reject("press", 2, "too_late")
    sound.pane("press", "03:00", COUNTS, sets=SETS)
    found = audit("press")
    assert found.faults == ()
    assert (found.account.archived, found.account.rejected) == (3, 1)


def test_what_lies_beyond_the_cut_is_left_to_the_next_audit(sound: World, audit: Audit) -> None:
    """Progress is at 4; the archive has offset 5, the pane 6, and nobody 7 and 8."""
    sound.event("press", "article", "03:05:30", outlet="bao-c")
    sound.pane("press", "03:00", COUNTS | {"events": 9}, sets=SETS, upto=6)
    found = audit("press")
    assert found.faults == ()
    assert found.account.published == 5
    assert (found.panes_checked, found.panes_moving) == (0, 2)
    sound.progress("press", 8)
    found = audit("press")
    assert (found.account.published, found.account.missing) == (9, 3)
    assert (found.panes_checked, found.panes_wrong) == (2, 2)


def test_a_partition_without_progress_is_left_to_the_next_audit(sound: World, audit: Audit) -> None:
    """Its pane is of a district of its own, and may have been stored before its progress."""
    sound.event("press", "article", "03:00:00", partition=1, offset=0, district="150")
    sound.pane("press", "03:00", {"events": 1}, district="150", upto=0)
    found = audit("press")
    assert found.faults == ()
    assert (found.account.published, found.panes_moving) == (5, 1)


def test_a_log_that_has_ended_counts_up_to_what_is_known_of_it(sound: World, audit: Audit) -> None:
    """The broker forgot it: its last progress was never stored, and a new log has begun."""
    sound.progress("press", generation=4, version=version(-1, 4))
    sound.event("press", "article", "03:07:00", outlet="bao-a", offset=6, sentiment="neutral")
    found = audit("press")
    assert found.account.published == 7
    assert found.faults[0].endswith("generation 3 partition 0 offset 5")
    assert "pane 2026-11-20 03:07Z of district 148 is missing" in found.faults[1]


def test_since_looks_at_what_was_stored_since_then(sound: World, audited: Settings) -> None:
    """Offsets 0 to 4 were stored two days ago, with a fault among them; panes are of 2026-11-20."""
    old = (datetime.now(UTC) - timedelta(days=2)).isoformat(timespec="milliseconds")
    for table, column in (("places", "archived_at"), ("rejects", "rejected_at")):
        sound.client.command(
            f"ALTER TABLE {table} UPDATE {column} = parseDateTime64BestEffort('{old}', 3, 'UTC')"
            " WHERE true SETTINGS mutations_sync = 2"
        )
    sound.delete("places", "offset = 3")
    sound.event("press", "article", "03:00:01", outlet="bao-a", offset=6)
    sound.progress("press")
    auditor = Auditor(sound.client, audited, lambda _: False)
    recent = auditor.audit("press", datetime.now(UTC) - timedelta(days=1))
    assert (recent.account.published, recent.account.missing) == (1, 0)
    assert auditor.audit("press", None).account.missing == 2


def test_since_in_the_newest_log_nothing_stored_is_not_nothing_lost(
    sound: World, audited: Settings
) -> None:
    """The worker went on to offset 9; of what came behind 4 there is no trace."""
    sound.progress("press", 9)
    auditor = Auditor(sound.client, audited, lambda _: False)
    found = auditor.audit("press", datetime.now(UTC) + timedelta(hours=1))
    assert (found.account.published, found.account.missing) == (5, 5)


def test_panes_are_checked_from_the_first_full_minute_on(sound: World, audited: Settings) -> None:
    sound.pane("press", "03:00", {"events": 7})
    auditor = Auditor(sound.client, audited, lambda _: False)
    after = auditor.audit("press", datetime(2026, 11, 20, 3, 0, 1, tzinfo=UTC))
    assert (after.panes_checked, after.panes_wrong) == (1, 0)
    at = auditor.audit("press", datetime(2026, 11, 20, 3, 0, 0, tzinfo=UTC))
    assert (at.panes_checked, at.panes_wrong) == (2, 1)


def test_what_has_expired_is_not_reported(sound: World, audited: Settings) -> None:
    """Rejects are kept for a day here; those of two days ago are gone, their neighbours are not."""
    long_ago = datetime.now(UTC) - timedelta(days=2)
    sound.client.command(
        f"ALTER TABLE places UPDATE archived_at = toDateTime64('{long_ago:%Y-%m-%d %H:%M:%S}', 3,"
        " 'UTC') WHERE true SETTINGS mutations_sync = 2"
    )
    sound.delete("rejects", "true")
    sound.event(
        "press", "article", "03:00:01", outlet="bao-b", event_id=str(UUID(int=2)), score=0.25
    )
    sound.progress("press")
    assert Auditor(sound.client, audited, lambda _: False).audit("press", None).account.missing == 2
    brief = audited.model_copy(update={"ttl_rejects_days": 1})
    found = Auditor(sound.client, brief, lambda _: False).audit("press", None)
    assert (found.account.published, found.account.missing) == (1, 0)
    assert found.accounted_since is not None


def test_it_waits_for_what_is_on_its_way(sound: World, audited: Settings) -> None:
    """The archive's route lags behind progress: missing rows come a moment later."""
    patient = audited.model_copy(update={"audit_settle_s": 60})
    row = sound.client.query("SELECT * FROM events_press WHERE offset = 1")
    sound.delete("events_press", "offset = 1")
    sound.delete("places", "offset = 1")
    waits = []

    def idle(seconds: float) -> bool:
        waits.append(seconds)
        if waits.count(1.0) == 2:
            sound.client.insert("events_press", row.result_rows, column_names=row.column_names)
        return False

    found = Auditor(sound.client, patient, idle).audit("press", None)
    assert found.faults == ()
    assert waits.count(1.0) == 2


def test_it_ends_when_the_process_is_to_stop(sound: World, audited: Settings) -> None:
    with pytest.raises(HaltedError):
        Auditor(sound.client, audited, lambda _: True).audit("press", None)


def test_a_feed_without_recount_says_so(
    sound: World, audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.joinpath("queries").symlink_to(FOLDER / "queries")
    monkeypatch.setattr("sinks.audit.statement.FOLDER", tmp_path)
    assert audit("press").faults == (
        "press: sinks/audit/recount/press.sql is missing: write its recount",
    )


def test_an_event_of_the_last_second_of_an_hour_is_recounted(world: World, audit: Audit) -> None:
    """Compared with a DateTime, the engine skipped a part that begins there."""
    world.event("press", "article", "03:59:59.813", outlet="bao-a", sentiment="neutral", score=0)
    world.progress("press")
    world.pane("press", "03:59", {"events": 1, "articles": 1}, sets={"outlets": ["bao-a"]})
    found = audit("press")
    assert found.faults == ()
    assert (found.panes_checked, found.panes_wrong) == (1, 0)


@pytest.mark.parametrize(
    ("column", "changed", "said"),
    [
        (
            "counts",
            "mapUpdate(counts, map('events', toInt64(4)))",
            "events is 4, its panes come to 3",
        ),
        ("counts", "mapFilter((k, n) -> k != 'late', counts)", "late is 0, its panes come to 1"),
        ("sets", "map('outlets', ['bao-a'])", "outlets bao-b is 0, its panes come to 1"),
        ("histograms", "map('x', map(7, 2))", "x 7 is 2, its panes come to 0"),
    ],
)
@pytest.mark.parametrize(("grain", "start"), [("hour", "20 03:00"), ("day", "19 17:00")])
def test_a_wrong_roll_up_is_named_and_mended(
    sound: World,
    audited: Settings,
    audit: Audit,
    grain: str,
    start: str,
    column: str,
    changed: str,
    said: str,
) -> None:
    others = [name for name in ("counts", "histograms", "sets") if name != column]
    sound.client.command(
        f"INSERT INTO rollups (grain, feed, district, period, first, last, version, {column},"
        f" {', '.join(others)}) SELECT grain, feed, district, period, first, last, version,"
        f" {changed}, {', '.join(others)} FROM rollups FINAL WHERE grain = '{grain}'"
    )
    found = audit("press")
    named = f"press: the roll-up of the {grain} 2026-11-{start}Z of district 148"
    assert found.faults == (f"{named}: {said}",)
    assert (found.rollups_checked, found.rollups_wrong, found.panes_wrong) == (2, 1, 0)
    repairer = Repairer(Auditor(sound.client, audited, lambda _: False), audited)
    assert repairer.repair("press", None).faults == ()


@pytest.mark.parametrize(
    ("grain", "start"),
    [
        ("hour", "11-20 03:00"),
        ("day", "11-19 17:00"),
        ("week", "11-15 17:00"),
        ("quarter", "09-30 17:00"),
    ],
)
def test_a_wrong_figure_of_a_period_is_named_and_mended(
    sound: World, audited: Settings, audit: Audit, grain: str, start: str
) -> None:
    assert audit("press").faults == ()
    sound.client.command(
        "INSERT INTO period_figures SELECT * REPLACE (numerator + 1 AS numerator)"
        f" FROM period_figures FINAL WHERE grain = '{grain}' AND indicator = 'press.articles'"
        " AND unit = '148'"
    )
    found = audit("press")
    named = f"press: the figure press.articles of the {grain} 2026-{start}Z of 148"
    assert found.faults == (f"{named}: – of 4 and –, its roll-ups come to – of 3 and –",)
    assert found.rollups_wrong == 1
    repairer = Repairer(Auditor(sound.client, audited, lambda _: False), audited)
    assert repairer.repair("press", None).faults == ()


def test_a_lost_figure_of_a_period_is_missed(sound: World, audit: Audit) -> None:
    sound.delete("period_figures", "grain = 'month' AND unit = '148'")
    assert any("its roll-ups come to" in fault for fault in audit("press").faults)


def test_a_day_that_since_cuts_is_left_out(sound: World, audited: Settings) -> None:
    """Its first panes may be gone for their age."""
    auditor = Auditor(sound.client, audited, lambda _: False)
    at_midnight = datetime(2026, 11, 19, 17, tzinfo=UTC)
    assert auditor.audit("press", at_midnight).rollups_checked > 2  # figures of periods too
    assert auditor.audit("press", at_midnight + timedelta(minutes=1)).rollups_checked == 0
