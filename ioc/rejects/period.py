"""Periods as users write them."""

import re

from contracts.errors import IocError

_SECONDS = {"d": 86_400, "h": 3_600, "m": 60}
_FORM = re.compile(r"([0-9]{1,6})([mhd])")


def seconds_of(text: str) -> int:
    """The seconds of minutes, hours or days: ``90m``, ``24h``, ``7d``. Raises IocError."""
    found = _FORM.fullmatch(text)
    if not found or not int(found[1]):
        raise IocError(f"--since {text!r}: write a number with m, h or d, such as 90m, 24h or 7d")
    return int(found[1]) * _SECONDS[found[2]]


def period(seconds: int) -> str:
    """The text that ``seconds_of`` parses, in the largest unit that fits; 24 hours stay hours."""
    fits = (unit for unit, size in _SECONDS.items() if seconds % size == 0 and seconds > size)
    unit = next(fits, "m")
    return f"{seconds // _SECONDS[unit]}{unit}"
