"""Checks raw events: size, JSON, contract, known unit, message key, and the unit's partition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import attrgetter
from typing import Any, TypeVar, cast

from pydantic import ValidationError

from contracts.events.event import Checked
from contracts.events.sequences import without
from contracts.feed import Feed
from contracts.messages import Reason
from contracts.placement import partition_of

T = TypeVar("T")

_district = attrgetter("district")

DETAIL_CHARS = 200
NO_KEY = object()
"""Equals no message key; stands for the key of an unknown unit."""

_TELLTALE = {
    "union_tag_invalid": "kind: not one that the feed has",
    "extra_forbidden": "a field that the contract does not have",
}
"""Replacements for pydantic messages that repeat content of the event."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an event was refused; ``detail`` never repeats its content, which may be personal."""

    reason: Reason
    detail: str


Verdict = Checked | Refusal


@dataclass(frozen=True, slots=True)
class Sifted:
    """Events with their times (s since 1970) and their indices in the input, side by side.

    ``refused`` maps the input indices of all other values to their refusals.
    """

    events: Sequence[Checked]
    times_s: Sequence[float]
    indices: Sequence[int]
    refused: Mapping[int, Refusal]

    def without(self, fallen: Mapping[int, Refusal]) -> "Sifted":
        """A copy that refuses the events with these indices into ``events``."""
        if not fallen:
            return self
        return Sifted(
            without(self.events, fallen),
            without(self.times_s, fallen),
            without(self.indices, fallen),
            {**self.refused, **{self.indices[n]: refusal for n, refusal in fallen.items()}},
        )

    def beside(self, values: Sequence[T]) -> Sequence[T]:
        """The values that belong to the events, from a sequence parallel to the input."""
        return without(values, self.refused)


class Checker:
    """Gives each raw event the verdict that it would get alone.

    ``partitions`` is the number of partitions of the feed's topic. Checking the partition of a
    well-placed event costs nothing: the key table of a partition holds only its own units.
    """

    def __init__(self, feed: Feed, codes: frozenset[str], max_bytes: int, partitions: int) -> None:
        self._parse, self._check_columns = feed.form.parsed, feed.columns.check
        self._explain_value = feed.adapter.validate_json
        self._key_of: dict[str, object] = {code: code.encode() for code in codes}
        self._keys_in: dict[int, dict[str, object]] = {}
        self._max_bytes = max_bytes
        self._partitions = partitions

    def check(
        self, keys: Sequence[bytes | None], values: Sequence[bytes | None]
    ) -> Sequence[Verdict]:
        """A verdict for each value, in order."""
        sifted = self.sift(keys, values)
        verdicts: dict[int, Verdict] = {**sifted.refused}
        verdicts.update(zip(sifted.indices, sifted.events, strict=True))
        return [verdicts[n] for n in range(len(values))]

    def sift(
        self,
        keys: Sequence[bytes | None],
        values: Sequence[bytes | None],
        partition: int | None = None,
    ) -> Sifted:
        """Separate the values into events and refusals.

        Without a ``partition``, the partition is not checked. Fastest with a few hundred values,
        which stay in the processor's cache with everything derived from them.
        """
        events, times_ms = self._check_columns(self._parse(self._fitting(values)))
        times_s = [ms / 1000 for ms in times_ms]
        sifted = Sifted(cast("list[Checked]", events), times_s, range(len(values)), {})
        if not all(events):
            refused = {n: self._refuse(values[n]) for n, each in enumerate(events) if each is None}
            sifted = sifted.without(refused)
        return sifted.without(self._misplaced(sifted.beside(keys), sifted.events, partition))

    def _fitting(self, values: Sequence[Any]) -> Sequence[Any]:
        """The values, with None, which is not JSON, in place of those that are too large."""
        try:
            if max(map(len, values), default=0) <= self._max_bytes:
                return values
        except TypeError:  # a value is None
            pass
        return [None if value and len(value) > self._max_bytes else value for value in values]

    def _misplaced(
        self,
        keys: Sequence[bytes | None],
        events: Sequence[Checked],
        partition: int | None,
    ) -> dict[int, Refusal]:
        """Index -> refusal of events with an unknown unit, wrong key or wrong partition."""
        key_of = self._key_of if partition is None else self._keys(partition)
        wanted = list(map(key_of.get, map(_district, events), repeat(NO_KEY)))
        if wanted == keys:
            return {}
        wrong = [n for n, key in enumerate(wanted) if key != keys[n]]
        return {n: self._misplacement(events[n]["district"], keys[n]) for n in wrong}

    def _keys(self, partition: int) -> dict[str, object]:
        """The keys of the units whose events belong in a partition."""
        keys = self._keys_in.get(partition)
        if keys is None:
            keys = self._keys_in[partition] = {
                code: key
                for code, key in self._key_of.items()
                if partition_of(code, self._partitions) == partition
            }
        return keys

    def _misplacement(self, district: str, key: bytes | None) -> Refusal:
        wanted = self._key_of.get(district, NO_KEY)
        if wanted is NO_KEY:
            return Refusal(Reason.UNKNOWN_UNIT, f"district {district} is not in the units file")
        if wanted != key:
            return Refusal(Reason.MALFORMED, "the message key is not the event's district")
        right, count = partition_of(district, self._partitions), self._partitions
        return Refusal(
            Reason.WRONG_PARTITION,
            f"district {district} belongs in partition {right} of {count}: set the producer's "
            "partitioner to murmur2 (librdkafka: partitioner=murmur2_random), as Java has it",
        )

    def _refuse(self, value: bytes | None) -> Refusal:
        """Why a value violates the contract."""
        if value is None:
            return Refusal(Reason.MALFORMED, "the message has no value")
        if len(value) > self._max_bytes:
            return Refusal(
                Reason.TOO_LARGE, f"{len(value)} bytes, more than the {self._max_bytes} allowed"
            )
        try:
            events = self._explain_value(b"[" + value + b"]")
        except ValidationError as error:
            return Refusal(Reason.MALFORMED, _explain(error))
        if len(events) != 1:
            return Refusal(Reason.MALFORMED, f"holds {len(events)} JSON values instead of one")
        return Refusal(
            Reason.MALFORMED, "a time is not an ISO 8601 instant, or a number is too long"
        )


def _explain(error: ValidationError) -> str:
    """The first fault by field and rule, without any content of the event."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] in _TELLTALE:
        return _TELLTALE[first["type"]]
    field = ".".join(str(part) for part in first["loc"][1:])
    text = f"{field}: {first['msg']}" if field else first["msg"]
    return text[:DETAIL_CHARS]
