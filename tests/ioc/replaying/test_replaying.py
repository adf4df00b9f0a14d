"""Parts of ``ioc replay`` that need no process."""

from pathlib import Path

import pytest

from contracts.errors import IocError, UnavailableError
from contracts.placement import partition_of
from contracts.registry import feed_named
from contracts.settings import Settings
from ioc.embedded.service import environment_of
from ioc.replaying.archive import Known
from ioc.replaying.isolated import isolated_settings
from ioc.replaying.lateness import Gaps
from ioc.replaying.report import FIRST_ROWS, MOST_REASONS, Tally
from ioc.replaying.request import make_request
from ioc.replaying.stall import LIMIT_S, Stall
from producers.replay.convert import Skip
from producers.replay.event import ReplayEvent
from producers.replay.store import EventStore


def test_a_scenario_runs_apart_under_its_own_name_unless_another_is_given() -> None:
    own = make_request(None, None, None, "seed-2023", "max", None, dry_run=False)
    other = make_request(None, None, None, "seed-2023", "100x", "thu", dry_run=False)
    assert (own.into, own.speed) == ("seed_2023", None)
    assert (other.into, other.speed) == ("thu", 100.0)


@pytest.mark.parametrize("name", ["", "a b", "a-b", "đà", "a" * 41, "a;b", "../a"])
def test_a_name_that_is_no_database_is_refused(name: str) -> None:
    with pytest.raises(IocError, match=r"--into .*: a name has 1 to 40 letters"):
        make_request(Path("a.csv"), "dossier", Path("m.toml"), None, "max", name, dry_run=True)


def test_an_isolated_run_shares_nothing_but_clickhouse() -> None:
    settings = Settings(_env_file=None)
    apart = isolated_settings(settings, "thu", feed_named("press"))
    assert apart.kafka_bootstrap != settings.kafka_bootstrap
    assert apart.clickhouse_database == "ioc_thu"
    assert apart.data_dir == settings.data_dir / "replay" / "thu"
    assert apart.feeds == ("press",)
    assert environment_of(apart)["IOC_FIGURES"] == "false"
    assert environment_of(settings)["IOC_FIGURES"] == "true"
    assert apart.clickhouse_port == settings.clickhouse_port


def test_what_was_skipped_is_counted_whole_and_remembered_in_part() -> None:
    tally = Tally()
    for row in range(2, 2 * MOST_REASONS + 2):
        tally.skip(Skip(row, "received", "Huyện", f"'{row}' is no district"))
    for row in (7, 7, 8, 9, 10):
        tally.skip(Skip(row, "", "Số", "is empty"))
    assert len(tally.skipped) == MOST_REASONS + 1
    assert sum(noted.count for noted in tally.skipped.values()) == 2 * MOST_REASONS + 5
    assert all(len(noted.rows) <= FIRST_ROWS for noted in tally.skipped.values())


def test_a_wait_without_progress_ends_with_its_sentence() -> None:
    now_s = 0.0
    stall = Stall(lambda: now_s)
    stall.check(5, "stuck")
    now_s = LIMIT_S
    stall.check(5, "stuck")
    now_s += LIMIT_S
    stall.check(4, "stuck")  # it moved: the time runs anew
    now_s += LIMIT_S
    stall.check(4, "stuck")
    now_s += 0.1
    with pytest.raises(UnavailableError, match="stuck; no progress for 60 s"):
        stall.check(4, "stuck")


HOUR_MS, NOW_MS = 3_600_000, 1_700_000_000_000
SETTINGS = Settings(_env_file=None, lateness_h=24)
MINE = partition_of("148", 4)
OTHER = next(number for number in range(4) if number != MINE)


def told(hours_ago: float, event_id: str = "an-id") -> ReplayEvent:
    """An event of district 148."""
    return ReplayEvent(NOW_MS - round(hours_ago * HOUR_MS), "148", "received", event_id, b"")


def look(gaps: Gaps, events: list[ReplayEvent], known: dict[str, Known]) -> list[str]:
    """The ids that are left to be published."""
    with EventStore() as store:
        for event in events:
            store.add(event)
        gaps.look(store, events, known)
        gaps.drop_whole(store)
        return [event.event_id for batch in store.batches(10) for event in batch]


def test_an_event_is_late_by_what_its_own_partition_has_taken() -> None:
    """As the worker judges. A cut-off run leaves its partitions at different positions."""
    elsewhere = {OTHER: NOW_MS + 900 * HOUR_MS}
    for newest_ms in (elsewhere, elsewhere | {MINE: NOW_MS}):
        within = Gaps(SETTINGS, newest_ms)
        look(within, [told(24)], {})
        within.require_none()
    beyond = Gaps(SETTINGS, {MINE: NOW_MS})
    look(beyond, [told(24 + 1 / HOUR_MS)], {})
    with pytest.raises(IocError, match="of 2023-11-13 22:13 UTC, lies 24 h behind one in database"):
        beyond.require_none()


def test_what_is_archived_after_a_gap_is_counted_and_left_to_be_published_again() -> None:
    gaps = Gaps(SETTINGS, {MINE: NOW_MS})
    events = [told(90, "a"), told(80, "gap"), told(80, "b"), told(70, "c"), told(60, "gap 2")]
    events.append(told(0, "d"))
    known = {e.event_id: Known("148", e.at_ms, False) for e in events if len(e.event_id) == 1}
    assert look(gaps, events, known) == ["gap", "c", "gap 2", "d"]
    assert gaps.oldest == {MINE: NOW_MS - 80 * HOUR_MS}
    assert gaps.after == {MINE: 2}
    asked: list[tuple[int, int]] = []

    def count_after(partition: int, at_ms: int) -> int:
        asked.append((partition, at_ms))
        return 2

    assert not gaps.are_before_others(count_after)
    assert asked == list(gaps.oldest.items())
    assert gaps.are_before_others(lambda *_: 3)


def test_of_a_changed_event_the_first_version_stays_whatever_its_new_time() -> None:
    """Too late it may be, or be looked up with others: it is archived, and that is that."""
    events = [told(700, "earlier"), told(2, "same"), told(1, "later")]
    known = {
        "earlier": Known("148", told(2).at_ms, True),
        "later": Known("150", told(90).at_ms, True),
        "same": Known("148", told(2).at_ms, False),
    }
    gaps = Gaps(SETTINGS, {MINE: NOW_MS})
    assert look(gaps, events, known) == []
    assert (gaps.oldest, gaps.changed) == ({}, 2)


def test_a_correction_takes_back_all_from_the_changed_event_on() -> None:
    """In its old unit and its new one: events of both are published again in order."""
    unit = next(str(code) for code in range(150, 170) if partition_of(str(code), 4) != MINE)
    moved = partition_of(unit, 4)
    events = [told(700, "moved"), told(650, "b"), told(600, "c"), told(2, "d")]
    known = {e.event_id: Known("148", e.at_ms, False) for e in events}
    known["moved"] = Known(unit, told(640).at_ms, True)
    gaps = Gaps(SETTINGS, {MINE: NOW_MS}, corrects=True)
    assert look(gaps, events, known) == ["moved", "b", "c", "d"]
    assert gaps.oldest == {moved: told(640).at_ms - 1, MINE: told(700).at_ms}
    assert gaps.after == {moved: 1, MINE: 3}
    within = Gaps(SETTINGS, {}, corrects=True)
    assert look(within, events, known) == ["moved"]
    assert within.oldest == {moved: told(640).at_ms - 1}
    with pytest.raises(IocError, match="1 events were changed since, and behind them database ioc"):
        gaps.require_none()


def test_a_running_stack_takes_nothing_back() -> None:
    def make(into: str | None, changed: str) -> bool:
        file, mapping = Path("a.csv"), Path("m.toml")
        request = make_request(
            file, "dossier", mapping, None, "max", into, dry_run=False, changed=changed
        )
        return request.corrects

    assert [make("thu", "correct"), make("thu", "keep"), make(None, "keep")] == [True, False, False]
    with pytest.raises(IocError, match="--changed correct takes archived events back"):
        make(None, "correct")
    with pytest.raises(IocError, match="--changed both: is neither keep nor correct"):
        make("thu", "both")
