"""Checked events as they are held in memory, and how they come from JSON.

An event is an object with a slot for each field, no dictionary: a third of the memory, and faster
to make and to write. msgspec makes it, and refuses what has other fields than its kind; what the
fields hold is left to ``contracts.events.columns``.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any, cast

import msgspec
import orjson
from msgspec import UNSET, UnsetType

from contracts.events.event import Checked, Event, kind_of

KIND = "kind"
_FIRST = ("event_id", "feed", KIND, "district", "occurred_at", "source")
"""What events begin with as they are written; then come the other fields of their kind."""
_ADDED = [
    ("generation", UnsetType, UNSET),
    ("partition", UnsetType, UNSET),
    ("offset", UnsetType, UNSET),
    ("late", UnsetType, cast("Any", False)),
    ("beyond", UnsetType, UNSET),
]
"""Where events stand in the log (ADDED_FIELDS). No JSON value is of this type: they are only set,
and written."""


def checked_type(model: type[Event], *, is_alone: bool) -> type[Checked]:
    """The type of a model's checked events: its fields as they are written, then the added ones.

    Their values may be of any type; but of several models the kind decides which it is.
    """
    held = model.model_fields
    # msgspec looks for a name first behind the one before it.
    names = [name for name in dict.fromkeys((*_FIRST, *held)) if name in held]
    fields: list[tuple[str, Any, Any]] = [
        (name, Any, msgspec.NODEFAULT if held[name].is_required() else held[name].default)
        for name in names
        if name != KIND or is_alone
    ]
    # Where there is one type only, msgspec would take events that name no kind for it.
    tag: dict[str, Any] = {} if is_alone else {"tag_field": KIND, "tag": kind_of(model)}
    made = msgspec.defstruct(
        model.__name__,
        [*fields, *_ADDED],
        bases=(Checked,),
        namespace={} if is_alone else {KIND: kind_of(model)},
        kw_only=True,  # the others are those of Checked
        **tag,
    )
    return cast("type[Checked]", made)


class CheckedForm:
    """Brings a feed's events into the form of checked ones; their values are not looked at."""

    def __init__(self, models: Sequence[type[Event]]) -> None:
        is_alone = len(models) == 1
        self.types = {model: checked_type(model, is_alone=is_alone) for model in models}
        self._any_kind: Any = reduce(or_, self.types.values())
        self._decode = msgspec.json.Decoder(self._any_kind).decode

    def parsed(self, values: Sequence[bytes | None]) -> list[Checked | None]:
        """The event that each JSON text holds; None where it holds none of the feed's."""
        events: list[Checked | None] = []
        left = iter(cast("Sequence[bytes]", values))
        while len(events) < len(values):
            try:
                events.extend(map(self._decode, left))
            except (msgspec.DecodeError, TypeError, ValueError, RecursionError):
                events.append(self._reparsed(values[len(events)]))  # the one after those parsed
        return events

    def _reparsed(self, value: bytes | None) -> Checked | None:
        """The same by way of a dictionary, where of a name that stands twice the last one counts.

        msgspec refuses two kinds.
        """
        try:
            return self.formed(orjson.loads(cast("bytes", value)))
        except orjson.JSONDecodeError:
            return None

    def formed(self, fields: Mapping[str, Any]) -> Checked | None:
        """The event with these fields; None where no kind of the feed has just these."""
        try:
            return cast("Checked", msgspec.convert(fields, self._any_kind))
        except msgspec.ValidationError:
            return None


def place(
    events: Sequence[Any],
    generation: int,
    partition: int,
    offsets: Iterable[int],
    late: Iterable[int],
    beyond: Iterable[int],
) -> None:
    """Say in events where they stand in the log, and in those at these indices: they are late."""
    for event, offset in zip(events, offsets, strict=True):
        event.generation = generation
        event.partition = partition
        event.offset = offset
    for index in late:
        events[index].late = True
    for index in beyond:
        events[index].beyond = True


def written(events: Sequence[Checked]) -> bytes:
    """Events as a JSON array of objects."""
    return msgspec.json.encode(events)
