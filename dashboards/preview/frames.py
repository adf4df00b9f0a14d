"""Frames: the columns of an answer, in the form that Grafana's panels take."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """The kind of a column; the values are Grafana's names."""

    TIME = "time"
    NUMBER = "number"
    TEXT = "string"


@dataclass(frozen=True)
class Table:
    """An answer of ClickHouse: names, ClickHouse types, and columns of equal length."""

    names: Sequence[str]
    types: Sequence[str]
    columns: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Column:
    """A field of a frame; ``labels`` tell series of the same name apart."""

    name: str
    kind: Kind
    values: tuple[Any, ...]
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Frame:
    """Columns of equal length; ``ref`` names the query that returned them."""

    ref: str
    columns: tuple[Column, ...]

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.columns[0].values) if self.columns else 0

    @property
    def time(self) -> Column | None:
        """The first column of times."""
        return next((one for one in self.columns if one.kind is Kind.TIME), None)

    def of_kind(self, kind: Kind) -> list[Column]:
        """The columns of a kind."""
        return [one for one in self.columns if one.kind is kind]

    def take(self, order: Sequence[int]) -> "Frame":
        """The rows at these places, in this order."""
        columns = (replace(one, values=tuple(one.values[i] for i in order)) for one in self.columns)
        return Frame(self.ref, tuple(columns))


_WRAPPED = re.compile(r"^(?:Nullable|LowCardinality|SimpleAggregateFunction)\((?:\w+, )?(.*)\)$")


def kind_of(clickhouse_type: str) -> Kind:
    """The kind of a ClickHouse type."""
    inner = clickhouse_type
    while found := _WRAPPED.match(inner):
        inner = found[1]
    if inner.startswith("Date"):
        return Kind.TIME
    is_number = inner.startswith(("Int", "UInt", "Float", "Decimal", "Bool", "BFloat"))
    return Kind.NUMBER if is_number else Kind.TEXT


def table_frame(ref: str, table: Table) -> Frame:
    """A frame with the rows as they are."""
    columns = []
    for name, type_name, values in zip(table.names, table.types, table.columns, strict=True):
        kind = kind_of(type_name)
        columns.append(Column(name, kind, tuple(_plain(value, kind) for value in values)))
    return Frame(ref, tuple(columns))


def series_frame(ref: str, table: Table) -> Frame:
    """A frame with a row for each time, and a column for each value and combination of labels.

    As in the data source, the first Date or DateTime column is the time, texts are labels and
    numbers are values. Without a time, or without labels, the rows stay as they are.
    """
    flat = table_frame(ref, table)
    time, labels = flat.time, flat.of_kind(Kind.TEXT)
    if time is None or not labels:
        return flat
    times = sorted({at for at in time.values if at is not None})
    place = {at: index for index, at in enumerate(times)}
    keys = list(zip(*(one.values for one in labels), strict=True))
    wide = [Column(time.name, Kind.TIME, tuple(times))]
    for value in flat.of_kind(Kind.NUMBER):
        for key in dict.fromkeys(keys):
            named = {one.name: str(text) for one, text in zip(labels, key, strict=True)}
            filled: list[Any] = [None] * len(times)
            for at, own, figure in zip(time.values, keys, value.values, strict=True):
                if own == key and at is not None:
                    filled[place[at]] = figure
            wide.append(Column(value.name, Kind.NUMBER, tuple(filled), named))
    return Frame(ref, tuple(wide))


def _plain(value: Any, kind: Kind) -> Any:
    """A number as int or float, a time as aware datetime, else text. NaN becomes None."""
    if value is None:
        return None
    if kind is Kind.NUMBER:
        number = float(value) if isinstance(value, Decimal) else value
        return None if number != number else number
    if kind is Kind.TIME:
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=UTC)
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value if isinstance(value, str) else str(value)
