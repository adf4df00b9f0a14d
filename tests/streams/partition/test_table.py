"""Recovery from a changelog in which a suspended worker wrote last."""

import asyncio
from typing import Any, NamedTuple, cast

import faust
import pytest
from faust.types import TP

from streams.partition.table import StateTable


class Message(NamedTuple):
    value: bytes | None
    partition: int
    headers: list[tuple[str, bytes]]


class Change(NamedTuple):
    key: str
    value: bytes | None
    message: Message


def change(key: str, value: bytes | None, upto: int | None) -> Any:
    headers = [] if upto is None else [("upto", b"%d" % upto)]
    return Change(key, value, Message(value, int(key[0]), headers))


@pytest.fixture
def table() -> StateTable:
    app = faust.App("state-table-test", store="memory://", Table=StateTable)
    return cast("StateTable", app.Table("state", key_type=str, value_type=bytes))


def test_the_value_that_includes_more_wins_whatever_comes_last(table: StateTable) -> None:
    table.apply_changelog_batch([change("0|a", b"early", 5), change("0|a", b"newest", 9)])
    table.apply_changelog_batch([change("0|a", b"overslept", 7), change("0|b", b"x", 7)])
    assert dict(table.entries(0)) == {"a": b"newest", "b": b"x"}


def test_of_equals_the_later_one_counts(table: StateTable) -> None:
    table.apply_changelog_batch([change("0|a", b"first", 5), change("0|a", b"corrected", 5)])
    assert dict(table.entries(0)) == {"a": b"corrected"}


def test_deletions_are_ordered_like_values(table: StateTable) -> None:
    table.apply_changelog_batch(
        [
            change("0|gone", b"x", 5),
            change("0|gone", None, 8),
            change("0|gone", b"overslept", 6),
            change("0|kept", b"newest", 8),
            change("0|kept", None, 6),
        ]
    )
    assert dict(table.entries(0)) == {"kept": b"newest"}


def test_records_of_an_earlier_version_come_before_all_others(table: StateTable) -> None:
    table.apply_changelog_batch([change("0|a", b"1", None), change("0|a", b"2", None)])
    assert dict(table.entries(0)) == {"a": b"2"}
    table.apply_changelog_batch([change("0|a", b"3", 0), change("0|a", b"4", None)])
    assert dict(table.entries(0)) == {"a": b"3"}


def test_entries_of_a_partition_that_has_left_are_forgotten(table: StateTable) -> None:
    """Those written here as well, which Faust's own store would keep."""
    table.apply_changelog_batch([change("0|a", b"1", 1), change("1|a", b"1", 1)])
    table.data["1|written"] = b"2"
    asyncio.run(table.on_recovery_completed({TP("changelog", 0)}, set()))
    assert list(table.data) == ["0|a"]
    table.apply_changelog_batch([change("1|a", b"back", 0)])
    assert dict(table.entries(1)) == {"a": b"back"}


def test_an_overslept_write_that_a_later_recovery_meets_does_not_win(table: StateTable) -> None:
    """A partition that stays here through a rebalance is only read on, not from its beginning."""
    table.apply_changelog_batch([change("0|a", b"newest", 9)])
    asyncio.run(table.on_recovery_completed({TP("changelog", 0)}, set()))
    table.apply_changelog_batch([change("0|a", b"overslept", 7)])
    assert dict(table.entries(0)) == {"a": b"newest"}
