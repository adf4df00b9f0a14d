"""``ioc rejects``: counts, shares and samples of real rows; no event writes to the terminal."""

import re
from typing import Any

import orjson
import pytest

from contracts.errors import IocError
from ioc.asking.since import period, seconds_of
from ioc.rejects.listing import printable
from tests.contracts.samples import SAMPLES
from tests.e2e.running import run_ioc
from tests.ioc.conftest import Database, ago, rejected

HOSTILE = b'{"\x1b]0;owned\x07\x1b[2J\x00\xff\xc3(\r\n\xe2\x80\xae\xc2\x9b31m[bold]'


def listed(database: Database, *options: str) -> str:
    done = run_ioc(database.environment, "rejects", *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def archive(database: Database, count: int, archived_at: str) -> None:
    """Archive ``count`` articles."""
    article = {k: v for k, v in SAMPLES["press", "article"].items() if k != "event_id"}
    rows = [
        article | {"event_id": f"00000000-0000-0000-0000-{n:012d}", "archived_at": archived_at}
        for n in range(count)
    ]
    body = b"\n".join(map(orjson.dumps, rows))
    settings = {"date_time_input_format": "best_effort"}
    database.client.raw_insert("events_press", None, body, settings, fmt="JSONEachRow")


def test_nothing_there_is_said(database: Database) -> None:
    assert listed(database, "--feed", "press", "--reason", "too_late", "--since", "2h") == (
        "no rejects of press with reason too_late in the last 2h\n"
    )


def test_counts_shares_times_and_samples_are_those_of_the_rows(database: Database) -> None:
    archive(database, 30, ago(hours=2))
    archive(database, 60, ago(days=3))  # the same 30 ids, and 30 more
    unit: dict[str, Any] = {
        "reason": "unknown_unit",
        "detail": "district 999 is not in the units file",
    }
    other = unit | {"detail": "district 888 is not in the units file"}
    first = ago(days=60)
    database.add_rejects(
        *(rejected(n, **unit) for n in range(6)),
        *(rejected(n, **other) for n in range(6, 8)),
        *(rejected(n, **unit) for n in range(3)),  # written twice
        rejected(8, reason="duplicate"),
        rejected(9),
        rejected(1, feed="traffic", topic="ioc.events.traffic.v1"),
        rejected(10, **unit, rejected_at=first),
    )
    table = listed(database)
    # 30 archived, 8 + 1 + 1 refused of the last day: 40
    lines = [re.split(r"\s{2,}", line.strip()) for line in table.splitlines()]
    assert ["press", "unknown_unit", "8", "20.00 %", "0"] in [line[:5] for line in lines]
    assert ["press", "duplicate", "1", "2.50 %", "0"] in [line[:5] for line in lines]
    assert ["traffic", "malformed", "1", "100.00 %", "0"] in [line[:5] for line in lines]
    assert "6 × district 999 is not in the units file, last at ioc.events.press.v1/1/" in table
    assert "2 × district 888 is not in the units file, last at ioc.events.press.v1/1/" in table
    shown = f"{first[:10]} {first[11:19]}Z"
    assert shown not in table
    assert shown in listed(database, "--since", "61d")
    one = listed(database, "--feed", "press", "--reason", "unknown_unit", "--samples", "1")
    assert "district 999" in one
    assert "district 888" not in one
    assert "duplicate" not in one
    assert "20.00 %" in one
    assert "district" not in listed(database, "--samples", "0")


def test_what_was_replayed_is_counted(database: Database) -> None:
    database.add_rejects(rejected(1), rejected(2))
    database.client.command(
        "INSERT INTO reject_replays SELECT feed, topic, generation, partition, offset, reason,"
        " now64(3) FROM rejects WHERE offset = 2"
    )
    assert ["press", "malformed", "2", "100.00 %", "1"] in [
        re.split(r"\s{2,}", line)[:5] for line in listed(database).splitlines()
    ]


def test_content_is_shown_only_when_asked_for_and_never_writes_to_the_terminal(
    database: Database,
) -> None:
    detail = "x\x1b[31m\x07 [bold]y[/bold]"
    database.add_rejects(
        rejected(1, HOSTILE + b"z" * 300, detail=detail),
        rejected(2, b"", reason="too_large", detail="t"),
    )
    plain, shown = listed(database), listed(database, "--raw")
    assert "owned" not in plain
    assert r"x\x1b[31m\x07 [bold]y[/bold]" in plain
    start = r'{"\x1b]0;owned\x07\x1b[2J\x00\xff\xc3(\r\n\u202e\x9b31m[bold]'
    assert start in shown
    assert f"{'z' * (200 - len(HOSTILE))}…\n" in shown
    for text in (plain, shown):
        assert all(char.isprintable() or char == "\n" for char in text)


@pytest.mark.parametrize(
    ("content", "longest", "shown"),
    [
        (b"abc", 3, "abc"),
        ("Hòa Bình [red]".encode(), 99, "Hòa Bình [red]"),
        (b"\x1b[31m\x7f\x00\t", 99, r"\x1b[31m\x7f\x00\t"),
        (b"\xff\xfe", 99, r"\xff\xfe"),
        (b"abcd\xc3\xb2", 5, r"abcd\xc3…"),  # cut inside a letter
        ("\u202e\u2066\ufeff\U000e0041", 99, r"\u202e\u2066\ufeff\U000e0041"),
        ("abcdef", 5, "abcde…"),
    ],
)
def test_control_and_invisible_characters_are_escaped(
    content: str | bytes, longest: int, shown: str
) -> None:
    assert printable(content, longest) == shown


@pytest.mark.parametrize(("text", "seconds"), [("90m", 5_400), ("24h", 86_400), ("7d", 604_800)])
def test_periods_are_read_and_written(text: str, seconds: int) -> None:
    assert seconds_of(text) == seconds
    assert period(seconds) == text


@pytest.mark.parametrize(
    "text", ["", "24", "h", "0h", "-1h", "1.5h", "24H", "1w", "9999999d", "٣h"]
)
def test_another_period_is_refused(text: str) -> None:
    with pytest.raises(IocError, match="--since"):
        seconds_of(text)
