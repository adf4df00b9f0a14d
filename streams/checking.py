"""Checks a whole batch against a feed's contract in one pydantic call."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any, cast

from pydantic import ValidationError

from contracts.event import Checked
from contracts.feed import Feed
from contracts.messages import Reason

_district = itemgetter("district")
_first_byte, _last_byte = itemgetter(0), itemgetter(-1)
_OPENING, _CLOSING = {*b"{"}, {*b"}"}

DETAIL_CHARS = 200
BLOCK = 250
"""Values that are joined: one that can't be costs these their joined check, not a whole batch."""

_NUMBER_FOR_TIME = re.compile(rb'_at"\s*:\s*"[^"-]*"')
"""A time field (they all end so) without the dashes of a date: pydantic would take a number of
seconds or milliseconds."""

_ESCAPED_NAME = re.compile(rb'\\u[0-9a-fA-F]{4}[^"\\]*"\s*:')
"""A field's name with an escape sequence, behind which a time field could hide."""

_TELLTALE = {
    "union_tag_invalid": "kind: not one that the feed has",
    "extra_forbidden": "a field that the contract does not have",
}
"""Errors whose own message repeats content of the event."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an event was refused; ``detail`` never repeats its content, which may be personal."""

    reason: Reason
    detail: str


Verdict = Checked | Refusal


class Checker:
    """Checks raw events: size, contract, known unit, and the district as message key."""

    def __init__(self, feed: Feed, codes: frozenset[str], max_bytes: int) -> None:
        self._sift = feed.sieve.validate_json
        self._validate = feed.adapter.validate_json
        self._codes = codes
        self._max_bytes = max_bytes

    def check(
        self, keys: Sequence[bytes | None], values: Sequence[bytes | None]
    ) -> Sequence[Verdict]:
        """A verdict for each value, in order."""
        blocks = (slice(first, first + BLOCK) for first in range(0, len(values), BLOCK))
        checked = (self._check_block(keys[block], values[block]) for block in blocks)
        return list(chain.from_iterable(checked))

    def _check_block(
        self, keys: Sequence[bytes | None], values: Sequence[bytes | None]
    ) -> Sequence[Verdict]:
        verdicts = self._check_all(values)
        try:
            districts = list(map(_district, verdicts))
        except TypeError:  # a refusal
            pass
        else:
            if self._codes.issuperset(districts) and list(keys) == list(_encoded(districts)):
                return verdicts
        return [self._placed(key, verdict) for key, verdict in zip(keys, verdicts, strict=True)]

    def _check_all(self, values: Sequence[bytes | None]) -> Sequence[Any]:
        """A verdict for each value, of the value alone; what can't be joined is found by halves."""
        sifted = self._check_joined(values)
        if sifted is None and len(values) > 1:
            half = len(values) // 2
            return [*self._check_all(values[:half]), *self._check_all(values[half:])]
        if sifted is None or None in sifted:
            found = sifted or [None]
            return [
                self._check_one(value) if event is None else event
                for event, value in zip(found, values, strict=True)
            ]
        return sifted

    def _check_joined(self, values: Sequence[bytes | None]) -> list[Checked | None] | None:
        """The events, with None for each that is not valid; None if the values can't be joined.

        The values are joined into one JSON array. The joints hold a line feed, which JSON allows
        in no string, and every value begins and ends with a brace, and holds no line feed. No value
        holds a bracket either, so that a joint lies in no inner array, and in an object it would
        not be JSON. So the n-th element of the array is the n-th value, whatever a value contains.
        """
        try:
            present = cast("Sequence[bytes]", values)
            joined = b"[" + b",\n".join(present) + b"]"
            joinable = (
                {*map(_first_byte, present)} == _OPENING
                and {*map(_last_byte, present)} == _CLOSING
                and joined.count(b"\n") == len(values) - 1
                and joined.count(b"[") == 1
                and joined.count(b"]") == 1
                and max(map(len, present)) <= self._max_bytes
                and not _NUMBER_FOR_TIME.search(joined)
                and not _has_escaped_name(joined)
            )
            sifted = self._sift(joined) if joinable else None
        except (TypeError, IndexError, ValidationError):  # a tombstone, no byte, no JSON
            return None
        return sifted if sifted is None or len(sifted) == len(values) else None

    def _check_one(self, value: bytes | None) -> Verdict:
        if value is None:
            return Refusal(Reason.MALFORMED, "the message has no value")
        if len(value) > self._max_bytes:
            return Refusal(
                Reason.TOO_LARGE, f"{len(value)} bytes, more than the {self._max_bytes} allowed"
            )
        if _NUMBER_FOR_TIME.search(value):
            return Refusal(Reason.MALFORMED, "a time is a number in quotes, not ISO 8601")
        if _has_escaped_name(value):
            return Refusal(Reason.MALFORMED, "a field's name is written with an escape sequence")
        try:
            events = self._validate(b"[" + value + b"]")
        except ValidationError as error:
            return Refusal(Reason.MALFORMED, _explain(error))
        if len(events) != 1:
            return Refusal(Reason.MALFORMED, f"holds {len(events)} JSON values instead of one")
        return events[0]

    def _placed(self, key: bytes | None, verdict: Verdict) -> Verdict:
        if isinstance(verdict, Refusal):
            return verdict
        district = verdict["district"]
        if district not in self._codes:
            return Refusal(Reason.UNKNOWN_UNIT, f"district {district} is not in the units file")
        if key != district.encode():
            return Refusal(Reason.MALFORMED, "the message key is not the event's district")
        return verdict


def _has_escaped_name(raw: bytes) -> bool:
    return b"\\u" in raw and _ESCAPED_NAME.search(raw) is not None


def _encoded(districts: Iterable[str]) -> Iterable[bytes]:
    return map(str.encode, districts)


def _explain(error: ValidationError) -> str:
    """The first fault, by field and rule; nothing of what the message says."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] in _TELLTALE:
        return _TELLTALE[first["type"]]
    field = ".".join(str(part) for part in first["loc"][1:])
    text = f"{field}: {first['msg']}" if field else first["msg"]
    return text[:DETAIL_CHARS]
