"""Log lines carry the time in UTC, and as JSON they are one object each."""

import json
import logging
import sys

from contracts.settings import load_settings
from ioc.process.log_lines import formatter


def record(message: str, *arguments: object) -> logging.LogRecord:
    made = logging.LogRecord(
        "sinks.consuming.inserter", logging.WARNING, "", 0, message, arguments, None
    )
    made.created = 1_700_000_000.25  # 2023-11-14 22:13:20.250 UTC
    return made


def test_json_is_one_object_a_line() -> None:
    line = formatter(load_settings(log_format="json")).format(record('a "%s"\nof two lines', "Đà"))
    assert "\n" not in line
    assert json.loads(line) == {
        "time": "2023-11-14T22:13:20.250+00:00",
        "level": "WARNING",
        "logger": "sinks.consuming.inserter",
        "message": 'a "Đà"\nof two lines',
    }


def test_an_exception_is_inside_the_object() -> None:
    failed = record("it failed")
    try:
        int("no number")
    except ValueError:
        failed.exc_info = sys.exc_info()
    line = formatter(load_settings(log_format="json")).format(failed)
    assert "\n" not in line
    assert "ValueError: invalid literal" in json.loads(line)["exception"].splitlines()[-1]


def test_text_says_the_same_for_people() -> None:
    line = formatter(load_settings()).format(record("%d rows", 7))
    assert line == "2023-11-14T22:13:20.250+00:00 WARNING sinks.consuming.inserter: 7 rows"
