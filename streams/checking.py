"""Checks a whole batch against a feed's contract in one pydantic call."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from pydantic import ValidationError

from contracts.event import Checked
from contracts.feed import Feed
from contracts.messages import Reason

_district = itemgetter("district")

DETAIL_CHARS = 200

_NUMBER_FOR_TIME = re.compile(rb'_at"\s*:\s*"[^"-]*"')
"""A time field (they all end so) without the dashes of a date: pydantic would take a number of
seconds or milliseconds."""

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
        self._validate = feed.adapter.validate_json
        self._codes = codes
        self._max_bytes = max_bytes

    def check(
        self, keys: Sequence[bytes | None], values: Sequence[bytes | None]
    ) -> Sequence[Verdict]:
        """A verdict for each value, in order."""
        clean = self._check_joined(values)
        if clean is None:
            verdicts: Sequence[Verdict] = [self._check_one(value) for value in values]
        else:
            verdicts = clean
            districts = [event["district"] for event in clean]
            if self._codes.issuperset(districts) and list(keys) == list(_encoded(districts)):
                return verdicts
        return [self._placed(key, verdict) for key, verdict in zip(keys, verdicts, strict=True)]

    def _check_joined(self, values: Sequence[bytes | None]) -> list[Checked] | None:
        """The events if all are valid, else None.

        The values are joined into one JSON array. The joints hold a line feed, which JSON allows
        in no string, and look like ``},\\n{``, which no value holds. No value holds a bracket
        either, so that a joint lies in no inner array, and in an object it would not be JSON. So
        the n-th element of the array is the n-th value, whatever a value contains.
        """
        try:
            joined = b"[" + b",\n".join(values) + b"]"  # type: ignore[arg-type]
        except TypeError:  # a tombstone
            return None
        joints = len(values) - 1
        if (
            joined.count(b"\n") != joints
            or joined.count(b"},\n{") != joints
            or joined.count(b"[") != 1
            or joined.count(b"]") != 1
            or not (joined.startswith(b"[{") and joined.endswith(b"}]"))
            or max(map(len, values)) > self._max_bytes  # type: ignore[arg-type]
            or _NUMBER_FOR_TIME.search(joined)
        ):
            return None
        try:
            events = self._validate(joined)
        except ValidationError:
            return None
        return events if len(events) == len(values) else None

    def _check_one(self, value: bytes | None) -> Verdict:
        if value is None:
            return Refusal(Reason.MALFORMED, "the message has no value")
        if len(value) > self._max_bytes:
            return Refusal(
                Reason.TOO_LARGE, f"{len(value)} bytes, more than the {self._max_bytes} allowed"
            )
        if _NUMBER_FOR_TIME.search(value):
            return Refusal(Reason.MALFORMED, "a time is a number in quotes, not ISO 8601")
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
