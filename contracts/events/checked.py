"""Checked events in memory, and their construction from JSON.

An event is an object with a slot for each field instead of a dictionary: a third of the memory, and
faster to create and to write. msgspec creates it and refuses fields that its kind does not have.
``contracts.events.columns`` checks the values.
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
"""The first fields of a written event; the other fields of its kind follow."""
_ADDED = [
    ("generation", UnsetType, UNSET),
    ("partition", UnsetType, UNSET),
    ("offset", UnsetType, UNSET),
    ("late", UnsetType, cast("Any", False)),
    ("beyond", UnsetType, UNSET),
]
"""The position of an event in the log (ADDED_FIELDS).

No JSON value has this type, so these fields are only set and written, never parsed.
"""


def checked_type(model: type[Event], *, is_alone: bool) -> type[Checked]:
    """The type of a model's checked events: its fields as they are written, then the added ones.

    Values may have any type. Where a feed has several models, the kind selects one.
    """
    of_model = model.model_fields
    # msgspec looks up a name fastest if it comes right after the one before it in this order.
    names = [name for name in dict.fromkeys((*_FIRST, *of_model)) if name in of_model]
    fields: list[tuple[str, Any, Any]] = [
        (name, Any, msgspec.NODEFAULT if of_model[name].is_required() else of_model[name].default)
        for name in names
        if name != KIND or is_alone
    ]
    # With one type only, msgspec would accept events that name no kind.
    tag: dict[str, Any] = {} if is_alone else {"tag_field": KIND, "tag": kind_of(model)}
    type_ = msgspec.defstruct(
        model.__name__,
        [*fields, *_ADDED],
        bases=(Checked,),
        namespace={} if is_alone else {KIND: kind_of(model)},
        kw_only=True,  # the others are those of Checked
        **tag,
    )
    return cast("type[Checked]", type_)


class CheckedForm:
    """Brings a feed's events into the form of checked ones, without checking their values."""

    def __init__(self, models: Sequence[type[Event]]) -> None:
        is_alone = len(models) == 1
        self.types = {model: checked_type(model, is_alone=is_alone) for model in models}
        self._any_kind: Any = reduce(or_, self.types.values())
        self._decode = msgspec.json.Decoder(self._any_kind).decode

    def parsed(self, values: Sequence[bytes | None]) -> list[Checked | None]:
        """The event in each JSON text; None for a text that holds no event of the feed."""
        events: list[Checked | None] = []
        left = iter(cast("Sequence[bytes]", values))
        while len(events) < len(values):
            try:
                events.extend(map(self._decode, left))
            except (msgspec.DecodeError, TypeError, ValueError, RecursionError):
                events.append(self._reparsed(values[len(events)]))  # the one after those parsed
        return events

    def _reparsed(self, value: bytes | None) -> Checked | None:
        """Parse by way of a dictionary, where the last of several equal names counts.

        msgspec itself refuses an event that names its kind twice.
        """
        try:
            return self.formed(orjson.loads(cast("bytes", value)))
        except orjson.JSONDecodeError:
            return None

    def formed(self, fields: Mapping[str, Any]) -> Checked | None:
        """The event with these fields; None if no kind of the feed has exactly these."""
        try:
            return cast("Checked", msgspec.convert(fields, self._any_kind))
        except msgspec.ValidationError:
            return None


def set_positions(
    events: Sequence[Any],
    generation: int,
    partition: int,
    offsets: Iterable[int],
    late: Iterable[int],
    beyond: Iterable[int],
) -> None:
    """Set the position in the log of each event; ``late`` and ``beyond`` are indices of events."""
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
