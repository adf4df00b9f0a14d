"""Parts of ``ioc replay`` that need no process."""

from pathlib import Path

import pytest

from contracts.errors import IocError, UnavailableError
from contracts.registry import feed_named
from contracts.settings import Settings
from ioc.replaying.isolated import isolated_settings
from ioc.replaying.lateness import partition_of, require_not_too_late
from ioc.replaying.request import make_request
from ioc.replaying.stall import LIMIT_S, Stall
from ioc.replaying.tally import FIRST_ROWS, MOST_REASONS, Tally
from producers.replay.convert import Skip


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


def test_an_event_is_late_by_what_its_own_partition_has_taken() -> None:
    """As the worker judges. A run that was cut off leaves its partitions unevenly far."""
    settings = Settings(_env_file=None, lateness_h=24)
    hour_ms, now_ms = 3_600_000, 1_700_000_000_000
    mine, other = (
        partition_of("148", 4),
        next(number for number in range(4) if number != partition_of("148", 4)),
    )
    within = {"148": now_ms - 24 * hour_ms}
    require_not_too_late(settings, within, {mine: now_ms, other: now_ms + 900 * hour_ms})
    require_not_too_late(settings, within, {})
    beyond = {"148": now_ms - 24 * hour_ms - 1, "150": now_ms}
    with pytest.raises(IocError, match="of 2023-11-13 22:13 UTC, lies 24 h behind one in database"):
        require_not_too_late(settings, beyond, {mine: now_ms})
