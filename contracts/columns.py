"""Checks parsed events against their models a field at a time: one pydantic call a column.

pydantic's cost is per object that it builds. A column of values needs one tuple, where an event of
fourteen fields needs a dictionary and fourteen look-ups; and what is parsed already stays as it is.
Each value is judged by itself, so an event's verdict never depends on its neighbours.
"""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Annotated, Any, get_args

from pydantic import AwareDatetime, ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from contracts.event import Checked, Event, Instant
from contracts.instants import checked_instant, epochs_ms

_kind = itemgetter("kind")
KNOWN = 1_000
"""Texts of a field that are remembered: enough for names and codes, which repeat, not for ids."""
_INSTANT = FieldInfo.from_annotation(Instant)


class ColumnCheck:
    """The check of a feed's events, by kind."""

    def __init__(self, models: Mapping[str, type[Event]]) -> None:
        self._kinds = {kind: _KindCheck(model) for kind, model in models.items()}

    def check(self, rows: Sequence[Any]) -> list[Checked | None]:
        """Each parsed JSON value as a checked event, or None where it is none.

        Dictionaries are changed in place: instants are brought to their one form, and fields that
        may be left out, and were, have their defaults.
        """
        kinds = _kinds(rows)
        distinct = set(kinds)
        events = list(rows)
        for kind in distinct:
            places = [n for n, each in enumerate(kinds) if each == kind]
            check = self._kinds.get(kind) if kind else None
            members = rows if len(distinct) == 1 else [rows[n] for n in places]
            for n in range(len(members)) if check is None else check.faulty(members):
                events[places[n]] = None
        return events


def _kinds(rows: Sequence[Any]) -> list[str | None]:
    """The kind that each row names; None where it is no dictionary, or names none."""
    try:
        kinds: list[Any] = list(map(_kind, rows))
    except (KeyError, TypeError):
        kinds = [row.get("kind") if isinstance(row, dict) else None for row in rows]
    if {*map(type, kinds)} == {str}:
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
        self._instants = {
            name: not field.is_required() for name, field in fields.items() if _is_instant(field)
        }
        self._checks = [
            None if _is_instant(field) else _ValueCheck(field) for field in fields.values()
        ]

    def faulty(self, rows: Sequence[Checked]) -> set[int]:
        """The indices of rows that are not valid; changes rows in place."""
        if {*map(len, rows)} == {len(self._names)}:
            try:
                return self._misfilled(rows)
            except KeyError:
                pass
        whole = [n for n, row in enumerate(rows) if self._is_whole(row)]
        misfilled = self._misfilled([rows[n] for n in whole]) if whole else ()
        return {*range(len(rows))}.difference(whole) | {whole[n] for n in misfilled}

    def _is_whole(self, row: Checked) -> bool:
        """Has it all fields, and no others? What was left out is filled in."""
        if len(row) < len(self._names):
            row.update(self._defaults | row)
        return row.keys() == self._names

    def _misfilled(self, rows: Sequence[Checked]) -> set[int]:
        """The indices of rows with a faulty value. Raises KeyError where a row lacks a field."""
        columns = zip(*map(self._values, rows), strict=True)
        faulty: set[int] = set()
        for name, check, column in zip(self._names, self._checks, columns, strict=True):
            if check is None:
                faulty |= _settle_instants(rows, name, column, self._instants[name])
            else:
                faulty |= check.faulty(column)
        return faulty


class _ValueCheck:
    """The check of a field's values; texts that passed are known, as far as they are few."""

    def __init__(self, field: FieldInfo) -> None:
        bounded: Any = field.annotation
        for bound in field.metadata:
            bounded = Annotated[bounded, bound]
        strict = ConfigDict(strict=True)
        self._validate = TypeAdapter(tuple[bounded, ...], config=strict).validate_python
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
        if len(self._known) < KNOWN:
            # No numbers: 1 is equal to true and to 1.0.
            self._known.update(each for each in column if each is None or type(each) is str)
        return set()

    def _is_known(self, column: Sequence[Any]) -> bool:
        try:
            return self._known.issuperset(column)
        except TypeError:  # an object or an array has no hash
            return False


def _settle_instants(
    rows: Sequence[Checked], name: str, column: Sequence[Any], is_optional: bool
) -> set[int]:
    """Bring a column of instants to their one form; the indices of those that are none."""
    try:
        epochs_ms([given for given in column if given is not None] if is_optional else column)
    except (KeyError, TypeError, ValueError):
        return _rewrite_instants(rows, name, column, is_optional)
    return set()


def _rewrite_instants(
    rows: Sequence[Checked], name: str, column: Sequence[Any], is_optional: bool
) -> set[int]:
    faulty: set[int] = set()
    for n, given in enumerate(column):
        instant = checked_instant(given)
        if instant is not None:
            rows[n][name] = instant
        elif given is not None or not is_optional:
            faulty.add(n)
    return faulty


def _is_instant(field: FieldInfo) -> bool:
    """Is it an Instant, or an optional one? Raises TypeError for a time of another sort."""
    if field.annotation is AwareDatetime and field.metadata == _INSTANT.metadata:
        return True
    members = get_args(field.annotation)
    if "datetime" in str(field.annotation).lower() and Instant not in members:
        raise TypeError(f"a time that is no Instant: {field}")
    return Instant in members
