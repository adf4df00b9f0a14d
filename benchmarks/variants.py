"""Variants of events: over other districts, in another time, or with more bytes."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from random import Random

from benchmarks.load import START_MS
from contracts.messages import iso, parse_iso
from producers.faults import Message

_DISTRICT = re.compile(rb'"district":"\d+"')
_DETECTION = re.compile(rb'"kind":"detection"(.*?),"lane":.*\}', re.DOTALL)
_TIME = re.compile(rb'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"')
UNIT_COLUMNS = (
    "code,slug,name_vi,kind,parent,population,area_km2,wards,townships,communes,lat,lon,"
    "valid_from,valid_to"
)
SKEW = 2.0
"""Districts are drawn as u ** SKEW of all, so a tenth of them has a third of the events."""


def reference_files(folder: Path, count: int) -> dict[str, str]:
    """Write an empty province of ``count`` districts; return the settings that name it."""
    codes = district_codes(count)
    rest = "0,0,0,20.8,105.3,2020-01-01,2025-06-30"
    units = [
        UNIT_COLUMNS,
        f"17,tinh,Tỉnh,province,,{100 * count},4000,{rest}",
        *(f"{code},h-{code},Huyện {code},district,17,100,40,{rest}" for code in codes),
    ]
    agencies = ["slug,name_vi,kind", "ubnd-tinh,Ủy ban nhân dân tỉnh,provincial"]
    for name, lines in {"units": units, "agencies": agencies}.items():
        path = folder / f"{name}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {"IOC_REFERENCE": str(folder)}


def district_codes(count: int) -> list[str]:
    """The codes of the districts of that province."""
    return [f"{20_000 + n}" for n in range(count)]


def spread(messages: Iterable[Message], codes: Sequence[str]) -> Iterator[Message]:
    """The same messages, spread unevenly over other districts."""
    draw = Random(17)
    for publish_ms, _, value in messages:
        code = codes[int(len(codes) * draw.random() ** SKEW)].encode()
        yield Message(publish_ms, code, _DISTRICT.sub(b'"district":"%b"' % code, value))


def stretched(messages: Iterable[Message], factor: float) -> Iterator[Message]:
    """The same messages, published over ``factor`` times the span from ``START_MS`` on.

    All times of a message move as far as its publication.
    """
    for publish_ms, key, value in messages:
        later_ms = round((publish_ms - START_MS) * (factor - 1))
        yield Message(publish_ms + later_ms, key, _TIME.sub(_moved_by(later_ms), value))


def _moved_by(later_ms: int) -> Callable[[re.Match[bytes]], bytes]:
    def moved(found: re.Match[bytes]) -> bytes:
        return b'"%b"' % iso(parse_iso(found[1].decode()) + later_ms).encode()

    return moved


def padded(messages: Iterable[Message], size: int) -> Iterator[Message]:
    """The same messages, with blanks before the closing brace up to ``size`` bytes a value."""
    for publish_ms, key, value in messages:
        missing = size - len(value)
        is_object = missing > 0 and value.endswith(b"}")
        yield Message(publish_ms, key, value[:-1] + b" " * missing + b"}" if is_object else value)


def lightened(messages: Iterable[Message]) -> Iterator[Message]:
    """The same messages, with heartbeats (the smallest events) instead of detections.

    Most faulty ones become valid, because their faulty fields are left out.
    """
    for publish_ms, key, value in messages:
        yield Message(publish_ms, key, _DETECTION.sub(rb'"kind":"heartbeat"\1}', value))
