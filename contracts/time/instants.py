"""Instants as checked events carry them: text in UTC, to the millisecond, as ``iso`` writes it.

Producers send this form, such as ``2026-11-20T03:00:00.123Z``, so most instants need no rewriting,
and none becomes a datetime. Events of the same second share its text, which pydantic checks once;
there are only a thousand endings. This costs a fifth as much as datetimes.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from contracts.events.event import Instant
from contracts.messages import iso

SECONDS_KEPT = 50_000
_EPOCH, _MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)
_CHARS = len("2026-11-20T03:00:00")
_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)
_validated = TypeAdapter(Instant).validate_python


class _Seconds(dict[str, int]):
    """Text of a second -> milliseconds since 1970. Emptied when it has grown large."""

    def __missing__(self, text: str) -> int:
        if not _FORM.fullmatch(text):
            raise ValueError(f"not the form of a checked instant: {text!r}")
        ms = round(_validated(f"{text}Z").timestamp()) * 1000
        if len(self) >= SECONDS_KEPT:
            self.clear()
        self[text] = ms
        return ms


_second = _Seconds()
_millisecond = {f".{n:03d}Z": n for n in range(1000)}


def epoch_ms(instant: str) -> int:
    """Milliseconds since 1970 of a checked instant.

    Raises KeyError or ValueError for anything that the contract does not allow.
    """
    return _second[instant[:_CHARS]] + _millisecond[instant[_CHARS:]]


def epochs_ms(instants: Iterable[str]) -> list[int]:
    """``epoch_ms`` of many at once. Raises TypeError as well, for values that are no text."""
    second, millisecond = _second, _millisecond
    return [second[instant[:_CHARS]] + millisecond[instant[_CHARS:]] for instant in instants]


def checked_instant(given: object) -> str | None:
    """An ISO 8601 instant of any zone in the form above, cut to the millisecond; else None.

    Quoted numbers, which pydantic reads as seconds or milliseconds, are refused.
    """
    if not isinstance(given, str) or "-" not in given:
        return None
    try:
        instant = _validated(given)
    except ValidationError:
        return None
    return iso((instant - _EPOCH) // _MILLISECOND)
