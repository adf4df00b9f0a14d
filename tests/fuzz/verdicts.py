"""What should become of an event's content, judged alone and from the meaning of the contract.

It asks the models that feeds are defined by, where the worker asks an adapter built from them, and
Python's own JSON parser; nothing of it is the worker's code.
"""

import json
from typing import Any, NoReturn

from pydantic import TypeAdapter, ValidationError

from contracts.feed import Feed
from contracts.messages import Reason

CONTENT = frozenset({Reason.MALFORMED, Reason.TOO_LARGE, Reason.UNKNOWN_UNIT})


class Verdicts:
    """Judges values of one feed."""

    def __init__(self, feed: Feed, codes: frozenset[str], max_bytes: int) -> None:
        self._models: TypeAdapter[Any] = TypeAdapter(feed.event_type)
        self._codes = codes
        self._max_bytes = max_bytes

    def of(self, key: bytes | None, value: bytes | None) -> Reason | None:
        """Why the content has to be refused; None if it does not."""
        if value is None:
            return Reason.MALFORMED
        if len(value) > self._max_bytes:
            return Reason.TOO_LARGE
        try:
            event = self._models.validate_json(value)
        except ValidationError:
            return Reason.MALFORMED
        held: dict[str, Any] = json.loads(value.decode(), parse_constant=_no_json)
        # Of two equal names the last one counts, for every parser here.
        if any(name.endswith("_at") and not _is_iso(at) for name, at in held.items()):
            return Reason.MALFORMED
        if event.district not in self._codes:
            return Reason.UNKNOWN_UNIT
        return None if key == event.district.encode() else Reason.MALFORMED


def _is_iso(at: object) -> bool:
    """Is a time none, or text with the dashes of a date? Seconds since 1970 in quotes have none."""
    return at is None or (isinstance(at, str) and "-" in at)


def _no_json(constant: str) -> NoReturn:
    raise AssertionError(f"{constant} is no JSON, but was accepted")
