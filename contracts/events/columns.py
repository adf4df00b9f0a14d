"""Checks events against their models one field at a time: one pydantic call per column.

pydantic's cost is per object that it builds. A column of values needs one tuple, where an event of
fourteen fields needs a dictionary and fourteen look-ups. Values that are already parsed stay as
they are. Each value is judged by itself, so an event's verdict never depends on its neighbours.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeAlias, get_args

from msgspec.structs import astuple
from pydantic import AwareDatetime, ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from contracts.events.event import Checked, Event, Instant
from contracts.events.sequences import picked, places_of
from contracts.time.instants import checked_instant, epoch_ms, epochs_ms

KNOWN = 1_000
"""Number of texts of a field to remember: enough for names and codes, which repeat, not for ids."""
OCCURRED_AT = "occurred_at"
FAULTY = -1
_TEXT = (str, type(None))
_INSTANT = FieldInfo.from_annotation(Instant)


class ColumnCheck:
    """Checks the values of a feed's events, by kind."""

    def __init__(self, types: Mapping[type[Event], type[Checked]]) -> None:
        self._kinds = {checked: _KindCheck(model, checked) for model, checked in types.items()}

    def check(self, given: Sequence[Checked | None]) -> tuple[list[Checked | None], list[int]]:
        """The events, with None for each that breaks the contract, and the times they occurred at.

        ``len(events) == len(times_ms)``; times are milliseconds since 1970. Events are changed in
        place: instants get their canonical form.
        """
        events = list(given)
        times_ms = [0] * len(given)
        for type_, places in places_of(list(map(type, given))).items():
            check = self._kinds.get(type_)
            if check is None:  # the type of None, which stands for an invalid event
                continue
            faulty, its_times_ms = check.check(picked(given, places))
            if len(places) == len(given):
                times_ms = its_times_ms
            else:
                for place, time_ms in zip(places, its_times_ms, strict=True):
                    times_ms[place] = time_ms
            for n in faulty:
                events[places[n]] = None
        return events, times_ms


_Check: TypeAlias = "_ValueCheck | _InstantCheck"


class _KindCheck:
    """Checks events of one kind."""

    def __init__(self, model: type[Event], checked: type[Checked]) -> None:
        fields = model.model_fields
        # One entry for each field of the model; the type has more fields after these.
        self._checks: list[_Check] = [
            _InstantCheck(name, field) if _is_instant(field) else _ValueCheck(field)
            for name in checked.__struct_fields__
            if (field := fields.get(name)) is not None
        ]

    def check(self, rows: Sequence[Any]) -> tuple[set[int], list[int]]:
        """The indices of invalid rows, and when each row occurred. Changes rows in place."""
        faulty: set[int] = set()
        times_ms: list[int] = []
        columns = zip(*map(astuple, rows), strict=True)
        for check, column in zip(self._checks, columns, strict=False):
            if isinstance(check, _ValueCheck):
                faulty |= check.faulty(column)
                continue
            instants_ms, misformed = check.settle(rows, column)
            faulty |= misformed
            if check.name == OCCURRED_AT:
                times_ms = instants_ms
        return faulty, times_ms


class _ValueCheck:
    """Checks the values of a field. Remembers texts that passed, as long as they are few."""

    def __init__(self, field: FieldInfo) -> None:
        bounded: Any = field.annotation
        for bound in field.metadata:
            bounded = Annotated[bounded, bound]
        strict = ConfigDict(strict=True)
        self._validate = TypeAdapter(tuple[bounded, ...], config=strict).validator.validate_python
        self._known: set[str | None] = set()

    def faulty(self, column: Sequence[Any]) -> set[int]:
        """The indices of invalid values."""
        if self._is_known(column):
            return set()
        try:
            self._validate(column)
        except ValidationError as error:
            faults = error.errors(include_url=False, include_context=False, include_input=False)
            return {int(each["loc"][0]) for each in faults}
        # Numbers are not remembered: 1 equals true and 1.0.
        if len(self._known) < KNOWN and type(column[0]) in _TEXT:
            self._known.update(each for each in column if type(each) in _TEXT)
        return set()

    def _is_known(self, column: Sequence[Any]) -> bool:
        try:
            return self._known.issuperset(column)
        except TypeError:  # an object or an array can't be hashed
            return False


class _InstantCheck:
    """Checks a field of instants."""

    def __init__(self, name: str, field: FieldInfo) -> None:
        self.name = name
        self._is_optional = not field.is_required()

    def settle(self, rows: Sequence[Checked], column: Sequence[Any]) -> tuple[list[int], set[int]]:
        """Milliseconds since 1970 (0 where there is no instant), and the indices of invalid values.

        Instants in ``rows`` get their canonical form; ``column`` holds the values of ``rows``.
        """
        try:
            return epochs_ms(column), set()
        except (KeyError, TypeError, ValueError):
            settled = [self._settle_one(*pair) for pair in zip(rows, column, strict=True)]
            return settled, {n for n, ms in enumerate(settled) if ms == FAULTY}

    def _settle_one(self, row: Checked, given: Any) -> int:
        """Milliseconds since 1970, or FAULTY."""
        if given is None and self._is_optional:
            return 0
        try:
            return epoch_ms(given)
        except (KeyError, TypeError, ValueError):
            instant = checked_instant(given)
        if instant is None:
            return FAULTY
        setattr(row, self.name, instant)
        return epoch_ms(instant)


def _is_instant(field: FieldInfo) -> bool:
    """Whether it is an Instant or an optional one. Raises TypeError for any other time type."""
    if field.annotation is AwareDatetime and field.metadata == _INSTANT.metadata:
        return True
    members = get_args(field.annotation)
    if "datetime" in str(field.annotation).lower() and Instant not in members:
        raise TypeError(f"a time that is no Instant: {field}")
    return Instant in members
