"""Checks parsed events against their models a field at a time: one pydantic call a column.

pydantic's cost is per object that it builds. A column of values needs one tuple, where an event of
fourteen fields needs a dictionary and fourteen look-ups; and what is parsed already stays as it is.
Each value is judged by itself, so an event's verdict never depends on its neighbours.
"""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Annotated, Any, cast, get_args

from pydantic import AwareDatetime, ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from contracts.event import Checked, Event, Instant
from contracts.instants import checked_instant, epoch_ms, epochs_ms
from contracts.places import picked, places_of

_kind = itemgetter("kind")
KNOWN = 1_000
"""Texts of a field that are remembered: enough for names and codes, which repeat, not for ids."""
OCCURRED_AT = "occurred_at"
FAULTY = -1
_TEXT = (str, type(None))
_INSTANT = FieldInfo.from_annotation(Instant)


class ColumnCheck:
    """The check of a feed's events, by kind."""

    def __init__(self, models: Mapping[str, type[Event]]) -> None:
        self._kinds = {kind: _KindCheck(model) for kind, model in models.items()}

    def check(self, rows: Sequence[Any]) -> tuple[list[Checked | None], list[int]]:
        """Each parsed JSON value as a checked event, or None where it is none.

        Beside them when they occurred, in milliseconds since 1970. Dictionaries are changed in
        place: instants are brought to their one form, and fields that may be left out, and were,
        have their defaults.
        """
        events: list[Checked | None] = list(rows)
        times_ms = [0] * len(rows)
        for kind, places in places_of(_kinds(rows)).items():
            check = self._kinds.get(kind) if kind else None
            faulty: Iterable[int] = range(len(places))
            if check is not None:
                faulty, its_times_ms = check.check(picked(rows, places))
                if len(places) == len(rows):
                    times_ms = its_times_ms
                else:
                    for place, time_ms in zip(places, its_times_ms, strict=True):
                        times_ms[place] = time_ms
            for n in faulty:
                events[places[n]] = None
        return events, times_ms


def _kinds(rows: Sequence[Any]) -> Sequence[str | None]:
    """The kind that each row names; None where it is no dictionary, or names none."""
    try:
        kinds: list[Any] = list(map(_kind, rows))
    except (KeyError, TypeError):
        kinds = [row.get("kind") if isinstance(row, dict) else None for row in rows]
    if {*map(type, kinds)} <= {str}:
        return kinds
    return [kind if isinstance(kind, str) else None for kind in kinds]


class _KindCheck:
    """The check of one kind of event."""

    def __init__(self, model: type[Event]) -> None:
        fields = model.model_fields
        self._names = fields.keys()
        self._defaults = {
            name: field.default for name, field in fields.items() if not field.is_required()
        }
        self._values = itemgetter(*fields)
        self._checks = {
            name: _InstantCheck(name, field) if _is_instant(field) else _ValueCheck(field)
            for name, field in fields.items()
        }

    def check(self, rows: Sequence[Checked]) -> tuple[set[int], list[int]]:
        """The indices of rows that are not valid, and when each occurred; changes rows in place."""
        size, whole = len(self._names), cast("Sequence[int]", range(len(rows)))
        if {*map(len, rows)} != {size}:
            whole = [n for n in whole if len(rows[n]) == size or self._is_whole(rows[n])]
        try:
            return self._check_whole(rows, whole)
        except KeyError:  # a row lacks one field and has another for it
            return self._check_whole(rows, [n for n in whole if self._is_whole(rows[n])])

    def _check_whole(
        self, rows: Sequence[Checked], whole: Sequence[int]
    ) -> tuple[set[int], list[int]]:
        """See ``check``; only the rows at the indices ``whole`` can be valid."""
        if len(whole) == len(rows):
            return self._check_values(rows)
        faulty, times_ms = {*range(len(rows))}.difference(whole), [0] * len(rows)
        if whole:
            misfilled, its_times_ms = self._check_values([rows[n] for n in whole])
            faulty |= {whole[n] for n in misfilled}
            for n, time_ms in zip(whole, its_times_ms, strict=True):
                times_ms[n] = time_ms
        return faulty, times_ms

    def _is_whole(self, row: Checked) -> bool:
        """Has it all fields, and no others? What was left out is filled in."""
        if len(row) < len(self._names):
            row.update(self._defaults | row)
        return row.keys() == self._names

    def _check_values(self, rows: Sequence[Checked]) -> tuple[set[int], list[int]]:
        """See ``check``. Raises KeyError where a row lacks a field."""
        columns = zip(*map(self._values, rows), strict=True)
        faulty: set[int] = set()
        times_ms: list[int] = []
        for name, check, column in zip(self._names, self._checks.values(), columns, strict=True):
            if isinstance(check, _ValueCheck):
                faulty |= check.faulty(column)
                continue
            instants_ms = check.settle(rows, column)
            if FAULTY in instants_ms:
                faulty |= {n for n, ms in enumerate(instants_ms) if ms == FAULTY}
            if name == OCCURRED_AT:
                times_ms = instants_ms
        return faulty, times_ms


class _ValueCheck:
    """The check of a field's values; texts that passed are known, as far as they are few."""

    def __init__(self, field: FieldInfo) -> None:
        bounded: Any = field.annotation
        for bound in field.metadata:
            bounded = Annotated[bounded, bound]
        strict = ConfigDict(strict=True)
        self._validate = TypeAdapter(tuple[bounded, ...], config=strict).validator.validate_python
        self._known: set[str | None] = set()

    def faulty(self, column: Sequence[Any]) -> set[int]:
        """The indices of values that the field does not take."""
        if self._is_known(column):
            return set()
        try:
            self._validate(column)
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)
            return {int(each["loc"][0]) for each in found}
        # No numbers: 1 is equal to true and to 1.0.
        if len(self._known) < KNOWN and type(column[0]) in _TEXT:
            self._known.update(each for each in column if type(each) in _TEXT)
        return set()

    def _is_known(self, column: Sequence[Any]) -> bool:
        try:
            return self._known.issuperset(column)
        except TypeError:  # an object or an array has no hash
            return False


class _InstantCheck:
    """The check of a field of instants."""

    def __init__(self, name: str, field: FieldInfo) -> None:
        self._name = name
        self._is_optional = not field.is_required()

    def settle(self, rows: Sequence[Checked], column: Sequence[Any]) -> list[int]:
        """Milliseconds since 1970: 0 where there is no instant, FAULTY where it is none.

        Instants are brought to their one form in ``rows``, whose values the column holds.
        """
        try:
            return epochs_ms(column)
        except (KeyError, TypeError, ValueError):
            return [self._settle_one(row, given) for row, given in zip(rows, column, strict=True)]

    def _settle_one(self, row: Checked, given: Any) -> int:
        if given is None and self._is_optional:
            return 0
        try:
            return epoch_ms(given)
        except (KeyError, TypeError, ValueError):
            instant = checked_instant(given)
        if instant is None:
            return FAULTY
        row[self._name] = instant
        return epoch_ms(instant)


def _is_instant(field: FieldInfo) -> bool:
    """Is it an Instant, or an optional one? Raises TypeError for a time of another sort."""
    if field.annotation is AwareDatetime and field.metadata == _INSTANT.metadata:
        return True
    members = get_args(field.annotation)
    if "datetime" in str(field.annotation).lower() and Instant not in members:
        raise TypeError(f"a time that is no Instant: {field}")
    return Instant in members
