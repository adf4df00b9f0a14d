"""Determines how a field of an event is read from a row, from the mapping and the contract."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from typing import Annotated, Any, TypeAlias
from zoneinfo import ZoneInfo

import orjson
from pydantic import TypeAdapter, ValidationError

from contracts.events.event import SLUG_PATTERN, TOKEN_PATTERN, Event
from contracts.messages import iso
from contracts.reference.units import Units
from producers.replay.cells import (
    CellError,
    Convert,
    Json,
    boolean,
    known,
    mapped,
    one_of,
    slug,
    text,
    token,
)
from producers.replay.district_names import DistrictNames
from producers.replay.errors import MappingError
from producers.replay.mapping import FieldRule, RecordMapping, Scalar
from producers.replay.numerals import integer, number
from producers.replay.records import Cell
from producers.replay.times import TimeReader

Cells: TypeAlias = Mapping[str, Cell]

REMEMBERED = 4_096

PLAIN: Mapping[str, Convert] = {"integer": integer, "number": number, "boolean": boolean}
PATTERNS: Mapping[str, Convert] = {SLUG_PATTERN: slug, TOKEN_PATTERN: token}


@dataclass(frozen=True)
class Reading:
    """Reads a field from a column. ``default`` stands for empty cells; None: no default."""

    column: str
    convert: Convert
    default: Json | None

    def of(self, cells: Cells) -> Json | None:
        """The value; None if the cell is empty. Raises CellError."""
        cell = known(cells, self.column)
        return self.default if cell is None else self.convert(cell)


class ReadingMaker:
    """Creates the readings and constants of a mapping."""

    def __init__(self, mapping: RecordMapping, units: Units) -> None:
        self._zone = ZoneInfo(mapping.zone)
        self._formats = tuple(mapping.dates)
        self._districts = DistrictNames(units)

    def times(self, at: time) -> TimeReader:
        """The reader of times; dates without a time get that local time."""
        return TimeReader(self._formats, self._zone, at)

    def make(self, model: type[Event], field: str, rule: FieldRule) -> Reading | Json:
        """The reading of a field, or its constant. Raises MappingError, without the file's name."""
        schema = not_null(model, field)
        convert = self._converter(field, schema, rule)

        def settled(value: Scalar) -> Json:
            return _checked(model, field, convert, value)

        if rule.column is None:
            assert rule.constant is not None  # noqa: S101 - the rule has one of the two
            return settled(rule.constant)
        default = None if rule.default is None else settled(rule.default)
        if rule.values is not None:
            is_closed = field == "district" or "enum" in schema or schema["type"] == "boolean"
            values = {word: settled(value) for word, value in rule.values.items()}
            translate = mapped(values, convert if is_closed else None)
            return Reading(rule.column, _remembering(translate), default)
        return Reading(rule.column, _remembering(convert), default)

    def _converter(self, field: str, schema: Mapping[str, Any], rule: FieldRule) -> Convert:
        if field == "district":
            return self._districts.code
        if schema.get("format") == "date-time":
            instant = self.times(clock_time(rule)).instant
            return lambda cell: iso(round(instant(cell).timestamp() * 1000))
        if "enum" in schema or "const" in schema:
            return one_of(schema.get("enum") or [schema["const"]])
        return PLAIN.get(schema["type"]) or PATTERNS.get(schema.get("pattern", ""), text)


def _remembering(convert: Convert) -> Convert:
    """Cells repeat: most columns of a record hold one of a few words."""
    return lru_cache(maxsize=REMEMBERED, typed=True)(convert)


def clock_time(rule: FieldRule) -> time:
    """The local time of dates without one."""
    return rule.time if isinstance(rule.time, time) else time.fromisoformat(rule.time)


def not_null(model: type[Event], field: str) -> Mapping[str, Any]:
    """A field's JSON Schema; of an optional one without its null."""
    schema: dict[str, Any] = model.model_json_schema()["properties"][field]
    members = [member for member in schema.get("anyOf", ()) if member.get("type") != "null"]
    return members[0] if members else schema


def _checked(model: type[Event], field: str, convert: Convert, value: Scalar) -> Json:
    """A value of the mapping as the contract accepts it. Raises MappingError."""
    info = model.model_fields[field]
    bounded: Any = Annotated[info.annotation, info]
    of_field: TypeAdapter[Any] = TypeAdapter(bounded)
    try:
        converted = convert(value)
        of_field.validate_json(orjson.dumps(converted), strict=True)
    except CellError as error:
        raise MappingError(f"{value!s} {error}") from None
    except ValidationError as error:
        raise MappingError(f"{value!s}: {error.errors()[0]['msg']}") from None
    return converted
