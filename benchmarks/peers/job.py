"""The job of every peer: one-minute windows by district over checked traffic events.

The checks are the contract's own, in one of two ways, and then the known districts. "models" are
the contract's pydantic models, each event by itself, as whoever has the contract would write it.
"columns" is the worker's way, many events at once, for engines that hand over batches.

Every peer refuses what lies too far ahead: one event dated a year ahead would make those that keep
a watermark drop all that follows as late. A run is over when the windows hold as many events as
the models count, or nothing has come to them for some seconds; it says how many they hold.

A window holds the events, the vehicles, the sum of speeds and the suspected violations. That is a
part of what the worker does: no peer here keeps histograms, filters duplicates, compares the
message key, refuses what is late, archives what it accepted, sends rejects with a reason, or says
up to which place of the log a window speaks.
"""

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from pydantic import TypeAdapter, ValidationError

from contracts.feeds.traffic import TRAFFIC
from contracts.reference.province import load_reference
from contracts.settings import load_settings

MINUTE_S = 60
TO_THE_MINUTE = len("2026-11-20T03:00")
PARTITIONS = 4
_model: TypeAdapter[Any] = TypeAdapter(TRAFFIC.event_type)
_codes = load_reference(load_settings()).units.codes

Reading: TypeAlias = tuple[str, datetime | str, int, float, int]
"""What a window needs of an event: the district, when it occurred (text, as
``contracts.time.instants`` says, where the worker checked it), vehicles, km/h, suspected
violations."""
Check: TypeAlias = Callable[[Sequence[bytes]], list[Reading | None]]
"""The readings of messages; None for an invalid message, or an unknown district."""
Window: TypeAlias = tuple[int, int, float, int]
"""Events, vehicles, sum of speeds (km/h), suspected violations."""
EMPTY: Window = (0, 0, 0.0, 0)


def _by_models(values: Sequence[bytes]) -> list[Reading | None]:
    return [_by_model(value) for value in values]


def _by_model(value: bytes) -> Reading | None:
    try:
        return _reading(_model.validate_json(value))
    except ValidationError:
        return None


def _by_columns(values: Sequence[bytes]) -> list[Reading | None]:
    events, _ = TRAFFIC.columns.check(TRAFFIC.form.parsed(values))
    return [None if event is None else _reading(event) for event in events]


def _reading(event: Any) -> Reading | None:
    """The reading of an event; None for an unknown district."""
    district = event.district
    if district not in _codes:
        return None
    if event.kind != "detection":
        return district, event.occurred_at, 0, 0.0, 0
    return district, event.occurred_at, 1, event.speed_kmh, int(event.violation is not None)


CHECKS: dict[str, Check] = {"models": _by_models, "columns": _by_columns}


def not_ahead(check: Check, until: datetime) -> Check:
    """The same check, which also refuses events after ``until``."""
    as_text = f"{until.astimezone(UTC):%Y-%m-%dT%H:%M:%S.999Z}"

    def is_ahead(reading: Reading) -> bool:
        at = reading[1]
        return at > as_text if isinstance(at, str) else at > until

    def checked(values: Sequence[bytes]) -> list[Reading | None]:
        return [
            None if reading is None or is_ahead(reading) else reading for reading in check(values)
        ]

    return checked


def counted(values: Sequence[bytes], until: datetime) -> int:
    """The number of events that the contract's models accept into windows."""
    check = not_ahead(_by_models, until)
    return sum(reading is not None for reading in check(values))


def occurred(reading: Reading) -> datetime:
    """The event time."""
    at = reading[1]
    return datetime.fromisoformat(at) if isinstance(at, str) else at


def key_of(reading: Reading) -> str:
    """The key of the event's window: district and minute."""
    at = reading[1]
    text = at if isinstance(at, str) else at.isoformat()
    return f"{reading[0]}|{text[:TO_THE_MINUTE]}"


def added(window: Window, reading: Reading) -> Window:
    """The window with one more event."""
    events, vehicles, speed, suspected = window
    _, _, more_vehicles, more_speed, more_suspected = reading
    return events + 1, vehicles + more_vehicles, speed + more_speed, suspected + more_suspected


def merged(left: Window, right: Window) -> Window:
    """The sum of two windows."""
    return (left[0] + right[0], left[1] + right[1], left[2] + right[2], left[3] + right[3])


def arguments() -> argparse.Namespace:
    """``--bootstrap``, ``--topic``, ``--events`` (records to work), ``--check``.

    ``--expect`` is how many events belong in windows, ``--until`` when the last of them occurred at
    most.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--events", type=int, required=True)
    parser.add_argument("--expect", type=int, required=True)
    parser.add_argument("--until", type=datetime.fromisoformat, required=True)
    parser.add_argument("--check", choices=CHECKS, default="models", help="how events are checked")
    return parser.parse_args()
