"""Turns rows into events, or into skips with a reason."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias
from uuid import NAMESPACE_URL, uuid5

import orjson
from pydantic import ValidationError

from contracts.feed import Feed
from contracts.messages import iso
from producers.replay.cells import CellError, Json, folded, known, text
from producers.replay.event import ReplayEvent
from producers.replay.plan import EMPTY, EventPlan, Plan
from producers.replay.readings import Cells, Reading
from producers.replay.records import Record, heading

ROOT = uuid5(NAMESPACE_URL, "https://ioc.hoabinh.example/replayed")


class Skip(NamedTuple):
    """Why a row made no event: the kind (empty: all), the column or field, and the reason."""

    row: int
    kind: str
    where: str
    reason: str


class _Fault(NamedTuple):
    where: str
    reason: str


_Read: TypeAlias = dict[str, Json | _Fault | None]


class Converter:
    """Makes the events of rows. Pure: the same row gives the same events, ids included.

    Events after ``until_ms`` (milliseconds since 1970) are skipped: they can't have occurred yet.
    """

    def __init__(self, plan: Plan, feed: Feed, until_ms: int) -> None:
        self._plan = plan
        self._feed = feed
        self._until_ms = until_ms
        self._namespace = uuid5(ROOT, f"{feed.name}|{plan.source}")

    def convert(self, record: Record) -> Iterator[ReplayEvent | Skip]:
        """The events and skips of a row."""
        fault = self._untrusted(record)
        if fault:
            yield Skip(record.row, "", *fault)
            return
        cells = record.cells
        common = _read(self._plan.common, cells)
        reported: set[_Fault] = set()
        told_of = {event.kind: _is_told(event, cells) for event in self._plan.events}
        for event in self._plan.events:
            is_told = told_of[event.kind]
            if is_told is False:
                continue
            own = {name: common[name] for name in event.common}
            result = is_told if isinstance(is_told, _Fault) else self._event(event, cells, own)
            if isinstance(result, ReplayEvent):
                yield result
            elif result not in reported:
                is_common = result in common.values()
                if is_common:
                    reported.add(result)
                yield Skip(record.row, "" if is_common else event.kind, *result)
        if not any(told_of.values()):
            yield Skip(record.row, "", "row", f"tells of no event: {self._why_untold(cells)}")

    def _why_untold(self, cells: Cells) -> str:
        dates = (cells[heading(event.at_column)] for event in self._plan.events)
        is_dated = any(date is not None for date in dates)
        return "no condition holds" if is_dated else "no date is filled in"

    def _untrusted(self, record: Record) -> _Fault | None:
        """Faults of the whole row."""
        if record.fault:
            return _Fault("row", record.fault)
        for column in self._plan.id_columns:
            try:
                cell = known(record.cells, column)
            except CellError as error:
                return _Fault(column, f"{error}, but names the record")
            if cell is None:
                return _Fault(column, "is empty, but names the record")
        return None

    def _event(self, plan: EventPlan, cells: Cells, common: _Read) -> ReplayEvent | _Fault:
        try:
            at = plan.at.instant(cells[heading(plan.at_column)])
        except CellError as error:
            return _Fault(plan.at_column, str(error))
        at_ms = round(at.timestamp() * 1000)
        if at_ms > self._until_ms:
            return _Fault(plan.at_column, "lies in the future")
        fields: dict[str, Any] = dict(plan.constants)
        for name, value in {**common, **_read(plan.readings, cells)}.items():
            if isinstance(value, _Fault):
                return value
            if value is not None:
                fields[name] = value
            elif name not in plan.optional:
                return _Fault(self._column(plan, name), "is empty, and has no default")
        return self._checked(plan, cells, fields, at_ms)

    def _checked(
        self, plan: EventPlan, cells: Cells, fields: Mapping[str, Any], at_ms: int
    ) -> ReplayEvent | _Fault:
        """The event, if the feed's contract accepts it."""
        event_id = self._event_id(plan.kind, cells)
        own = {"event_id": event_id, "feed": self._feed.name, "kind": plan.kind}
        own |= {"source": self._plan.source, "occurred_at": iso(at_ms)}
        value = orjson.dumps(own | dict(fields))
        try:
            self._feed.adapter.validate_json(b"[" + value + b"]")
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            return _Fault(self._column(plan, str(first["loc"][-1])), first["msg"])
        return ReplayEvent(at_ms, fields["district"], plan.kind, event_id, value)

    def _event_id(self, kind: str, cells: Cells) -> str:
        record = [text(cells[heading(column)]) for column in self._plan.id_columns]
        return str(uuid5(self._namespace, orjson.dumps([kind, *record]).decode()))

    def _column(self, plan: EventPlan, field: str) -> str:
        """The column that a field comes from, or the field's name if there is none."""
        if field == "occurred_at":
            return plan.at_column
        reading = plan.readings.get(field) or self._plan.common.get(field)
        return reading.column if reading else field


def _read(readings: Mapping[str, Reading], cells: Cells) -> _Read:
    """The value of each field, or the fault of its cell."""
    read: _Read = {}
    for name, reading in readings.items():
        try:
            read[name] = reading.of(cells)
        except CellError as error:
            read[name] = _Fault(reading.column, str(error))
    return read


def _is_told(plan: EventPlan, cells: Cells) -> bool | _Fault:
    """Whether the row tells of this event: its time is filled in, and its condition holds.

    If either can't be read, that is unknown.
    """
    if plan.when:
        try:
            cell = known(cells, plan.when.column)
        except CellError as error:
            return _Fault(plan.when.column, str(error))
        if (EMPTY if cell is None else folded(cell)) not in plan.when.words:
            return False
    try:
        return known(cells, plan.at_column) is not None
    except CellError as error:
        return _Fault(plan.at_column, str(error))
