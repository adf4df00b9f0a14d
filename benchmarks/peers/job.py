"""What every peer computes: one-minute windows by district over checked traffic events.

The checks are the contract's own, then the known districts: pydantic's of each event alone, or,
where the engine hands over batches, the worker's of many events at once. A window holds the events,
the vehicles, the sum of speeds and the suspected violations. That is a part of what the worker
does: no peer here keeps histograms, filters duplicates, compares the message key, refuses what is
late or ahead, archives what it accepted, sends rejects with a reason, or says up to which place of
the log a window speaks.
"""

import argparse
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from pydantic import ValidationError

from contracts.event import Checked
from contracts.feeds.traffic import TRAFFIC
from contracts.reference import load_reference
from contracts.settings import load_settings

MINUTE_S = 60
TO_THE_MINUTE = len("2026-11-20T03:00")
PARTITIONS = 4
_validate = TRAFFIC.adapter.validate_json
_codes = load_reference(load_settings()).units.codes

Event: TypeAlias = Mapping[str, Any] | Checked
Window = tuple[int, int, float, int]
"""Events, vehicles, sum of speeds (km/h), suspected violations."""
EMPTY: Window = (0, 0, 0.0, 0)


def checked(value: bytes) -> Event | None:
    """The event, its time a datetime, or None where it is not valid or of no known district."""
    try:
        (event,) = _validate(b"[" + value + b"]")
    except (ValidationError, ValueError):
        return None
    return event if event["district"] in _codes else None


def all_checked(values: Sequence[bytes]) -> list[Checked | None]:
    """The events of a batch, None for each not valid, by the check that the worker uses.

    Their times are text, as ``contracts.instants`` says.
    """
    events, _ = TRAFFIC.columns.check(TRAFFIC.form.parsed(values))
    return [event if event and event["district"] in _codes else None for event in events]


def each_checked(values: Sequence[bytes], *, alone: bool) -> Sequence[Event | None]:
    """The events of a batch by the one check or by the other, None for each not valid."""
    return [checked(value) for value in values] if alone else all_checked(values)


def occurred(event: Event) -> datetime:
    """The event time."""
    at: datetime | str = event["occurred_at"]
    return datetime.fromisoformat(at) if isinstance(at, str) else at


def key_of(event: Event) -> str:
    """District and minute, as the key of a window."""
    at: datetime | str = event["occurred_at"]
    text = at if isinstance(at, str) else at.isoformat()
    return f"{event['district']}|{text[:TO_THE_MINUTE]}"


def added(window: Window, event: Event) -> Window:
    """The window with one more event."""
    events, vehicles, speed, suspected = window
    if event["kind"] != "detection":
        return events + 1, vehicles, speed, suspected
    suspect = event.get("violation") is not None
    return events + 1, vehicles + 1, speed + event["speed_kmh"], suspected + suspect


def merged(left: Window, right: Window) -> Window:
    """Two windows as one."""
    return (left[0] + right[0], left[1] + right[1], left[2] + right[2], left[3] + right[3])


def arguments() -> argparse.Namespace:
    """``--bootstrap``, ``--topic``, ``--events`` (records to work), and ``--alone``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--events", type=int, required=True)
    parser.add_argument("--alone", action="store_true", help="check each event alone")
    return parser.parse_args()
