"""Checked events for tests: of a feed's fields, or of any fields."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

import msgspec
import orjson

from contracts.events.checked import written
from contracts.events.event import Checked
from contracts.messages import ADDED_FIELDS
from contracts.registry import feed_named


def formed(fields: Mapping[str, Any]) -> Checked:
    """The event of a feed with these fields, without a check of their values."""
    event = feed_named(fields["feed"]).form.formed(fields)
    assert event is not None
    return event


def loose(**fields: Any) -> Checked:
    """An event of no feed, with just these fields."""
    return cast("Checked", _loose_type(tuple(fields))(**fields))


@lru_cache
def _loose_type(names: tuple[str, ...]) -> Any:
    return msgspec.defstruct("Loose", names, bases=(Checked,), kw_only=True)


def fields_of(event: Checked | None) -> dict[str, Any] | None:
    """An event's fields as published, without its position in the log."""
    if event is None:
        return None
    (held,) = orjson.loads(written([event]))
    return {name: value for name, value in held.items() if name not in ADDED_FIELDS}
