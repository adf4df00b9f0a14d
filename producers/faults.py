"""Faults: errors of real sources, added beside the good events so that lives stay whole.

Four groups, about equally frequent: malformed messages, districts that don't exist, clocks that run
ahead, and messages that are sent twice.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple, TypeAlias

import orjson

from contracts.messages import iso, parse_iso
from contracts.reference.units import Units
from producers.identity import Namer
from producers.simulator import Planned

Fields: TypeAlias = dict[str, Any]

REPEATED_WITHIN_MS = 5_000
AHEAD_DAYS = (400, 600)
"""A clock more than a year ahead, so beyond the present even while past days are caught up."""
_STEPS = 1 << 32


class Message(NamedTuple):
    """A message for Kafka, and its time (milliseconds since 1970). Messages are ordered by time."""

    publish_ms: int
    key: bytes
    value: bytes


def _cut_off(event: Fields, rng: Random) -> bytes:
    value = orjson.dumps(event)
    return value[: rng.randrange(1, len(value))]


def _wrong_type(event: Fields, rng: Random) -> bytes:
    field = rng.choice(("event_id", "source", "kind"))
    return orjson.dumps(event | {field: rng.randrange(100)})


def _out_of_range(event: Fields, rng: Random) -> bytes:
    year = rng.randrange(1900, 2000)
    return orjson.dumps(event | {"occurred_at": f"{year}{event['occurred_at'][4:]}"})


def _unknown_field(event: Fields, rng: Random) -> bytes:
    return orjson.dumps(event | {"note": rng.randrange(100)})


def _missing_field(event: Fields, rng: Random) -> bytes:
    field = rng.choice(("event_id", "district", "occurred_at", "kind"))
    return orjson.dumps({name: value for name, value in event.items() if name != field})


def _invalid_utf8(event: Fields, rng: Random) -> bytes:
    value = orjson.dumps(event)
    place = rng.randrange(1, len(value) - 1)
    return value[:place] + b"\xff\xfe" + value[place:]


def _unknown_kind(event: Fields, rng: Random) -> bytes:
    return orjson.dumps(event | {"kind": rng.choice(("deleted", "test"))})


MALFORMED: tuple[Callable[[Fields, Random], bytes], ...] = (
    _cut_off,
    _wrong_type,
    _out_of_range,
    _unknown_field,
    _missing_field,
    _invalid_utf8,
    _unknown_kind,
)


@dataclass(frozen=True)
class Faults:
    """Turns planned events into messages and adds a faulty one beside a ``share`` (0-1) of them."""

    share: float
    units: Units
    namer: Namer

    def messages(self, planned: Planned) -> Iterator[Message]:
        """The event's own message, then sometimes a faulty one. Deterministic for each event."""
        event = planned.event
        good = Message(planned.publish_ms, planned.key.encode(), orjson.dumps(event))
        yield good
        # the id is a hash: its digits serve as the draw
        if int(event["event_id"][:8], 16) < self.share * _STEPS:
            yield self._faulty(good, event, Random(event["event_id"]))

    def _faulty(self, good: Message, event: Fields, rng: Random) -> Message:
        later_ms = good.publish_ms + rng.randrange(1, REPEATED_WITHIN_MS)
        group = rng.randrange(4)
        if group == 0:
            return good._replace(publish_ms=later_ms)
        copy = event | {"event_id": self.namer.event_id(f"{event['event_id']}|fault")}
        if group == 1:
            return Message(later_ms, good.key, rng.choice(MALFORMED)(copy, rng))
        if group == 2:
            copy["district"] = self._unknown_district()
            return Message(later_ms, copy["district"].encode(), orjson.dumps(copy))
        ahead_ms = rng.randint(*AHEAD_DAYS) * 86_400_000
        copy["occurred_at"] = iso(parse_iso(event["occurred_at"]) + ahead_ms)
        return Message(later_ms, good.key, orjson.dumps(copy))

    def _unknown_district(self) -> str:
        return next(
            code for code in map(str, range(999, 99, -1)) if code not in self.units.accepted
        )
