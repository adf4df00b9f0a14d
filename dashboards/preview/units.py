"""Grafana's units, with numbers in their Vietnamese form: 1.234,5.

A unit is data, its steps, because JavaScript in the page formats axes by the same steps.
"""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """From the size ``at`` on, multiply by ``factor`` and append ``suffix``."""

    at: float
    factor: float
    suffix: str


def _one(suffix: str, factor: float = 1) -> tuple[Step, ...]:
    return (Step(0, factor, suffix),)


_PERIODS = ((1, "giây"), (60, "phút"), (3600, "giờ"), (86400, "ngày"))


def _durations(first: int, scale: float) -> tuple[Step, ...]:
    """The steps of values in units of ``scale`` seconds, from the period ``first`` upwards."""
    sizes = [(size / scale, word) for size, word in _PERIODS[first:]]
    return tuple(
        Step(0 if place == 0 else size, 1 / size, f" {word}")
        for place, (size, word) in enumerate(sizes)
    )


_THOUSANDS = (
    Step(0, 1, ""),
    Step(1e4, 1e-3, " nghìn"),
    Step(1e6, 1e-6, " triệu"),
    Step(1e9, 1e-9, " tỷ"),
)
_BYTES = (
    Step(0, 1, " B"),
    Step(1024, 1 / 1024, " KiB"),
    Step(1024**2, 1 / 1024**2, " MiB"),
    Step(1024**3, 1 / 1024**3, " GiB"),
)


UNITS: dict[str, tuple[Step, ...]] = {
    "none": _one(""),
    "string": _one(""),
    "locale": _one(""),
    "short": _THOUSANDS,
    "percent": _one(" %"),
    "percentunit": _one(" %", 100),
    "ms": (Step(0, 1, " ms"), Step(1000, 1e-3, " giây"), *_durations(0, 1e-3)[1:]),
    "s": _durations(0, 1),
    "m": _durations(1, 60),
    "h": _durations(2, 3600),
    "d": _durations(3, 86400),
    "velocitykmh": _one(" km/h"),
    "velocityms": _one(" m/s"),
    "lengthkm": _one(" km"),
    "bytes": _BYTES,
    "decbytes": _BYTES,
    "ops": _one("/giây"),
    "cps": _one("/giây"),
    "eps": _one("/giây"),
    "reqps": _one("/giây"),
    "rps": _one("/giây"),
    "cpm": _one("/phút"),
    "opm": _one("/phút"),
    "epm": _one("/phút"),
    "currencyVND": _one(" ₫"),
    "degree": _one("°"),
}
DURATIONS = {"dtdurationms": 1e-3, "dtdurations": 1.0, "dthms": 1.0, "clocks": 1.0, "dtdhms": 1.0}


def steps_of(unit: str) -> tuple[Step, ...]:
    """The steps of a unit. As in Grafana, an unknown unit is appended to the number."""
    if unit.startswith("suffix:"):
        return _one(f" {unit.removeprefix('suffix:').strip()}")
    if unit in DURATIONS:
        return _durations(0, DURATIONS[unit])
    return UNITS.get(unit) or (_one(f" {unit}") if unit else UNITS["none"])


def write(value: float, unit: str, decimals: int | None = None) -> str:
    """A number with its unit, such as ``95,2 %``, ``1,5 giờ``, ``2 phút 5 giây``."""
    if unit in DURATIONS:
        return _duration(value * DURATIONS[unit])
    step = max((s for s in steps_of(unit) if abs(value) >= s.at), key=lambda s: s.at)
    return number(value * step.factor, decimals) + step.suffix


def number(value: float, decimals: int | None = None) -> str:
    """A number in its Vietnamese form; without ``decimals`` about three digits."""
    if decimals is None:
        text = f"{value:,.{_automatic(abs(value))}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = f"{value:,.{decimals}f}"
    text = text.translate(str.maketrans(",.", ".,"))
    return text[1:] if text.startswith("-") and not text.strip("-0.,") else text


def _automatic(size: float) -> int:
    return 0 if size >= 100 else 1 if size >= 10 else 2


def _duration(seconds: float) -> str:
    """A length of time in its two largest units."""
    left = round(abs(seconds))
    parts: list[str] = []
    for size, word in reversed(_PERIODS):
        count, left = divmod(left, size)
        if count or (size == 1 and not parts):
            parts.append(f"{count} {word}")
        elif parts:
            break
    return ("-" if seconds < 0 else "") + " ".join(parts[:2])


def least_step(unit: str, decimals: int | None) -> float | None:
    """The least difference of two values that is visible; None if that varies."""
    steps = steps_of(unit)
    return None if decimals is None or len(steps) > 1 else 10**-decimals / steps[0].factor


def script(unit: str, decimals: int | None = None) -> str:
    """A JavaScript function that writes a number as ``write`` does."""
    steps = json.dumps([[s.at, s.factor, s.suffix] for s in steps_of(unit)], ensure_ascii=False)
    digits = "null" if decimals is None else str(decimals)
    return f"(v) => window.iocNumber(v, {steps}, {digits})"
