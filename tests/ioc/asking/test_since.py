"""Points in time as people type them."""

from datetime import UTC, datetime

import pytest

from contracts.errors import IocError
from ioc.asking.since import parse_since

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("90m", datetime(2026, 11, 23, 8, 0, tzinfo=UTC)),
        ("24h", datetime(2026, 11, 22, 9, 30, tzinfo=UTC)),
        ("7d", datetime(2026, 11, 16, 9, 30, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20T09:00", datetime(2026, 11, 20, 9, tzinfo=UTC)),
        ("2026-11-20T09:00+07:00", datetime(2026, 11, 20, 2, tzinfo=UTC)),
        ("2026-11-20T09:00:00Z", datetime(2026, 11, 20, 9, tzinfo=UTC)),
    ],
)
def test_what_people_type_is_understood(text: str, at: datetime) -> None:
    assert parse_since(text, NOW) == at
    assert parse_since(text, NOW).tzinfo is UTC


@pytest.mark.parametrize("text", ["yesterday", "24", "h", "-3h", "23.11.2026", ""])
def test_what_is_no_time_is_one_sentence(text: str) -> None:
    with pytest.raises(IocError, match=r"--since .*: give how far to look back"):
        parse_since(text, NOW)


@pytest.mark.parametrize("text", ["999999d", "0001-01-01T00:00+07:00", "9999-12-31"])
def test_what_lies_out_of_reach_is_one_sentence(text: str) -> None:
    with pytest.raises(IocError, match="--since"):
        parse_since(text, NOW)
