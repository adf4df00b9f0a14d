"""Temporary errors are told apart from permanent ones."""

import random
from itertools import islice

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError

from sinks.consuming.inserter import pauses
from sinks.faults import is_retryable


@pytest.mark.parametrize(
    ("error", "retryable"),
    [
        (OperationalError("Connection refused"), True),
        (DatabaseError("memory", code=241), True),
        (DatabaseError("Code: 252. DB::Exception: Too many parts"), True),
        (DatabaseError("unknown field", code=117), False),
        (DatabaseError("Code: 33. DB::Exception: Unexpected end of stream"), False),
        (DatabaseError("no such table", code=60), False),
        (DatabaseError("wrong password", code=516), False),
    ],
)
def test_only_passing_conditions_are_tried_again(error: DatabaseError, retryable: bool) -> None:
    assert is_retryable(error) is retryable


def test_pauses_double_up_to_the_longest_and_differ() -> None:
    found = list(islice(pauses(5.0, random.Random(1)), 10))
    limits = [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0, 5.0, 5.0]
    assert all(limit / 2 <= pause <= limit for pause, limit in zip(found, limits, strict=True))
    assert len(set(found)) == 10
