"""Makes the plan of a mapping, and reports what in the mapping doesn't fit the feed."""

from collections.abc import Mapping
from pathlib import Path

from contracts.events.event import Event
from contracts.feed import Feed
from contracts.reference.units import Units
from producers.replay.cells import Json, folded
from producers.replay.errors import MappingError
from producers.replay.mapping import EventRule, FieldRule, RecordMapping, When
from producers.replay.plan import EMPTY, Condition, EventPlan, Plan
from producers.replay.readings import Reading, ReadingMaker, clock_time
from producers.replay.records import cleaned

OWN = ("event_id", "feed", "kind", "source", "occurred_at")
"""Fields that don't belong in a table of fields, since the rest of the mapping determines them."""


def make_plan(path: Path, mapping: RecordMapping, feed: Feed, units: Units) -> Plan:
    """Check a mapping (of the file ``path``) against the feed.

    Raises:
        MappingError: a kind or field that the feed doesn't have, a required field that is not
            mapped, or a constant, default or value that the contract refuses.
    """
    return _Planner(path, mapping, feed, units).plan()


def _condition(when: When | None) -> Condition | None:
    if when is None:
        return None
    words = (EMPTY if cleaned(word) is None else folded(word) for word in when.values)
    return Condition(when.column, frozenset(words))


class _Planner:
    def __init__(self, path: Path, mapping: RecordMapping, feed: Feed, units: Units) -> None:
        self._path = path
        self._mapping = mapping
        self._feed = feed
        self._models = dict(zip(feed.kinds, feed.models, strict=True))
        self._maker = ReadingMaker(mapping, units)

    def plan(self) -> Plan:
        rules = self._mapping.event
        for number, rule in enumerate(rules, 1):
            self._check_kind(f"event[{number}].kind", rule, [r.kind for r in rules[: number - 1]])
        readings = {
            name: self._make(f"fields.{name}", self._kinds_with(name), name, rule)
            for name, rule in self._mapping.fields.items()
        }
        return Plan(
            self._mapping.source,
            tuple(self._mapping.id),
            {name: value for name, value in readings.items() if isinstance(value, Reading)},
            tuple(self._event(number, rule, readings) for number, rule in enumerate(rules, 1)),
        )

    def _event(
        self, number: int, rule: EventRule, common: Mapping[str, Reading | Json]
    ) -> EventPlan:
        where = f"event[{number}]"
        model = self._models[rule.kind]
        taken = {name: value for name, value in common.items() if name in model.model_fields}
        own = {
            name: self._make(f"{where}.fields.{name}", [rule.kind], name, field_rule)
            for name, field_rule in rule.fields.items()
        }
        self._check_complete(where, rule.kind, model, {*taken, *own})
        if rule.occurred_at.column is None:
            raise MappingError(f"{self._path}: {where}.occurred_at: needs a column")
        constants = {**taken, **own}
        return EventPlan(
            kind=rule.kind,
            at_column=rule.occurred_at.column,
            at=self._maker.times(clock_time(rule.occurred_at)),
            when=_condition(rule.when),
            constants={n: v for n, v in constants.items() if not isinstance(v, Reading)},
            readings={n: v for n, v in own.items() if isinstance(v, Reading)},
            common=tuple(n for n, v in taken.items() if isinstance(v, Reading) and n not in own),
            optional=frozenset(n for n, f in model.model_fields.items() if not f.is_required()),
        )

    def _check_kind(self, where: str, rule: EventRule, before: list[str]) -> None:
        if rule.kind not in self._models:
            raise MappingError(
                f"{self._path}: {where}: the feed {self._feed.name} has no events of kind "
                f"{rule.kind!r}; it has: {', '.join(self._models)}"
            )
        if rule.kind in before:
            raise MappingError(
                f"{self._path}: {where}: {rule.kind} stands twice, a row has one such event at most"
            )

    def _kinds_with(self, field: str) -> list[str]:
        """The kinds of the mapping that have the field."""
        kinds = [rule.kind for rule in self._mapping.event]
        return [kind for kind in kinds if field in self._models[kind].model_fields]

    def _make(self, where: str, kinds: list[str], field: str, rule: FieldRule) -> Reading | Json:
        """The field's reading, the same for all these kinds."""
        if field in OWN:
            raise MappingError(
                f"{self._path}: {where}: follows from the rest of the mapping, take it out"
            )
        models = [self._models[kind] for kind in kinds if field in self._models[kind].model_fields]
        if not models:
            raise MappingError(
                f"{self._path}: {where}: events of kind "
                f"{', '.join(kinds or [rule.kind for rule in self._mapping.event])} have no such "
                f"field; see `ioc feeds --schema {self._feed.name}`"
            )
        try:
            readings = [self._maker.make(model, field, rule) for model in models]
        except MappingError as error:
            raise MappingError(f"{self._path}: {where}: {error}") from None
        return readings[0]

    def _check_complete(self, where: str, kind: str, model: type[Event], has: set[str]) -> None:
        for name, field in model.model_fields.items():
            if field.is_required() and name not in has and name not in OWN:
                raise MappingError(
                    f"{self._path}: {where}: events of kind {kind} need the field {name}: map it "
                    f"in [fields] or in [event.fields]"
                )
