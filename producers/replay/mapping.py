"""The mapping: a TOML file that says how a row becomes events."""

import tomllib
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Self, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)

from contracts.events.event import Token
from producers.replay.errors import MappingError

Scalar: TypeAlias = str | int | float | bool | datetime | date
"""A value as TOML represents it."""
ClockTime: TypeAlias = time

PROBE = datetime(2023, 12, 31, 23, 58, 57)  # noqa: DTZ001 - a wall time, to try formats on


def _date_format(pattern: str) -> str:
    try:
        is_date = datetime.strptime(PROBE.strftime(pattern), pattern).date() == PROBE.date()  # noqa: DTZ007
    except ValueError:
        is_date = False
    if not is_date:
        raise ValueError(
            f"{pattern!r} is not a date format: it needs day, month and year, such as %d/%m/%Y"
        )
    return pattern


ColumnName = Annotated[str, Field(min_length=1)]
DateFormat = Annotated[str, AfterValidator(_date_format)]


class _Table(BaseModel):
    """A table of the file: only known keys, each with its own type."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class FieldRule(_Table):
    """The origin of a field's value: a column, or a constant.

    ``values`` translates the cells, ``default`` stands for empty cells, ``time`` is the local time
    of dates without one.
    """

    column: ColumnName | None = None
    constant: Scalar | None = None
    values: dict[str, Scalar] | None = None
    default: Scalar | None = None
    time: str | ClockTime = "00:00"

    @field_validator("time")
    @classmethod
    def _clock_time(cls, value: str | ClockTime) -> ClockTime:
        try:
            return value if isinstance(value, ClockTime) else ClockTime.fromisoformat(value)
        except ValueError:
            raise ValueError(f"{value!r} is not a time of day such as 17:00") from None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.column is None) == (self.constant is None):
            raise ValueError("needs either column or constant")
        if self.constant is not None and self.model_fields_set != {"constant"}:
            raise ValueError("a constant takes no values, default or time")
        return self


class When(_Table):
    """A condition: the column's cell is one of these texts."""

    column: ColumnName
    values: Annotated[list[str], Field(min_length=1)]


class EventRule(_Table):
    """An event of a row, if its time is filled in and its condition holds."""

    kind: str
    occurred_at: FieldRule
    when: When | None = None
    fields: dict[str, FieldRule] = Field(default_factory=dict)


class FileRule(_Table):
    """The format of the file.

    ``header_row`` counts from 1. ``empty`` are cells that count as empty, beside those that every
    program writes (``NULL`` and the like).
    """

    encoding: str = "utf-8-sig"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    sheet: str | None = None
    header_row: Annotated[int, Field(ge=1)] = 1
    empty: list[Annotated[str, Field(min_length=1)]] = Field(default_factory=list)


class RecordMapping(_Table):
    """A whole mapping. ``fields`` go into every event of a row whose kind has them."""

    source: Token
    id: Annotated[list[ColumnName], Field(min_length=1)]
    zone: str = "Asia/Ho_Chi_Minh"
    dates: list[DateFormat] = Field(default_factory=list)
    file: FileRule = Field(default_factory=FileRule)
    fields: dict[str, FieldRule] = Field(default_factory=dict)
    event: Annotated[list[EventRule], Field(min_length=1)]

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{name!r} is not a time zone such as Asia/Ho_Chi_Minh") from None
        return name


def load_mapping(path: Path) -> RecordMapping:
    """Read a mapping. Raises MappingError, one sentence that names the file and the key."""
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not UTF-8: save it as UTF-8"
        raise MappingError(f"{path}: cannot be read: {reason}") from None
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{path}: is not TOML: {error}") from None
    try:
        return TypeAdapter(RecordMapping).validate_python(table)
    except ValidationError as error:
        raise MappingError(f"{path}: {_sentence(error)}") from None


def _sentence(error: ValidationError) -> str:
    """The first fault: the key as a user counts and spells it, and what is wrong."""
    first = error.errors(include_url=False)[0]
    key = ""
    for part in first["loc"]:
        key += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        message = "there is no such key: correct its spelling or take it out"
    elif first["type"] == "missing":
        message = "is missing"
    return f"{key.removeprefix('.')}: {message}"
