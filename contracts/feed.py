"""A feed's contract: events, measures, gauges, indicators and limits, checked on creation."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter

from contracts.contents import Content
from contracts.errors import ContractError
from contracts.events.checked import CheckedForm
from contracts.events.columns import ColumnCheck
from contracts.events.event import (
    Event,
    batch_adapter,
    event_models,
    kind_of,
)
from contracts.indicators.gauges import Gauge
from contracts.indicators.indicator import Indicator
from contracts.indicators.measures import Measure, Retraction
from contracts.time.hours import Hours


@dataclass(frozen=True)
class Feed:
    """A feed's contract. All parts of the pipeline derive what they need from it.

    ``event_type`` is a model, or a union of models that ``kind`` tells apart. ``stale_s`` is the
    age in seconds from which its figures count as stale. ``headline`` names the few indicators that
    represent the feed where space is short, the most important first; rolling ones are shown over
    ``headline_horizon_s`` seconds. ``short_title`` is for column heads and the like. ``content`` is
    the feed's subject, and decides its rank among the feeds. ``hours`` are the hours in which its
    silence raises an alert; None: around the clock. ``tells_of_province`` is true if some or all of
    its events carry the province's own code: charts then draw the province beside its districts.
    """

    name: str
    title: str
    event_type: Any
    measures: tuple[Measure, ...]
    indicators: tuple[Indicator, ...]
    stale_s: int
    headline: tuple[str, ...]
    headline_horizon_s: int
    gauges: tuple[Gauge, ...] = ()
    short_title: str = ""
    content: Content = Content.PLATFORMS
    hours: Hours | None = None
    tells_of_province: bool = False

    def __post_init__(self) -> None:
        for model in self.models:
            if not {"feed", "kind"} <= set(model.model_fields):
                raise TypeError(f"{model.__name__} needs the fields feed and kind")
        unknown = {kind for measure in self.measures for kind in measure.kinds} - set(self.kinds)
        if unknown:
            raise ValueError(f"feed {self.name}: measures of kinds it does not have: {unknown}")
        names = [indicator.name for indicator in self.indicators]
        if len(names) != len(set(names)):
            raise ValueError(f"feed {self.name}: an indicator's name stands twice")
        if not set(self.headline) <= set(names):
            raise ValueError(f"feed {self.name}: the headline names an indicator it does not have")

    def require_parts(self) -> None:
        """Raise ContractError if an indicator reads a part that no measure or gauge gives."""
        of_gauges = Counter(part for gauge in self.gauges for part in gauge.parts)
        twice = sorted(part for part, count in of_gauges.items() if count > 1)
        if twice:
            raise ContractError(f"feed {self.name}: two gauges give the part {twice[0]}")
        of_measures = Counter(measure.part for measure in self.measures)
        for indicator in self.indicators:
            given = sorted(of_gauges if indicator.is_gauge else of_measures)
            for part in sorted(indicator.formula.reads):
                if not any(fnmatchcase(part, name) for name in given):
                    source = "gauge" if indicator.is_gauge else "measure"
                    raise ContractError(
                        f"feed {self.name}: indicator {indicator.name} reads the part {part}, "
                        f"which no {source} gives; there are: {', '.join(given) or 'none'}"
                    )

    @cached_property
    def models(self) -> tuple[type[Event], ...]:
        """The models of its events, one per kind."""
        return event_models(self.event_type)

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of its events."""
        return tuple(kind_of(model) for model in self.models)

    @cached_property
    def adapter(self) -> TypeAdapter[list[dict[str, Any]]]:
        """Checks a JSON array of events in one call."""
        return batch_adapter(self.event_type)

    @cached_property
    def form(self) -> CheckedForm:
        """Brings events into the form in which they are checked and folded."""
        return CheckedForm(self.models)

    @cached_property
    def columns(self) -> ColumnCheck:
        """Checks many events of that form at once; accepts what the adapter accepts."""
        return ColumnCheck(self.form.types)

    @cached_property
    def measures_by_kind(self) -> dict[str, tuple[Measure, ...]]:
        """The measures that an event of a kind feeds in the pane of its own minute."""
        return self._by_kind(retracting=False)

    @cached_property
    def pane_parts(self) -> frozenset[str]:
        """The parts that its measures feed."""
        return frozenset(measure.part for measure in self.measures)

    @cached_property
    def retractions_by_kind(self) -> dict[str, tuple[Measure, ...]]:
        """The measures by which an event of a kind changes an earlier pane."""
        return self._by_kind(retracting=True)

    def retractions_of(self, kind: str) -> dict[tuple[str, str], tuple[Retraction, ...]]:
        """The retractions of a kind's event, by the time and the item that they name."""
        return self._retractions.get(kind, {})

    @cached_property
    def _retractions(self) -> dict[str, dict[tuple[str, str], tuple[Retraction, ...]]]:
        found: dict[str, dict[tuple[str, str], tuple[Retraction, ...]]] = {}
        for kind, measures in self.retractions_by_kind.items():
            by_item = found[kind] = {}
            for each in measures:
                if isinstance(each, Retraction):
                    key = (each.of_time, each.item)
                    by_item[key] = (*by_item.get(key, ()), each)
        return found

    def _by_kind(self, *, retracting: bool) -> dict[str, tuple[Measure, ...]]:
        by_kind: dict[str, list[Measure]] = defaultdict(list)
        for measure in self.measures:
            if (measure.at != "occurred_at") is retracting:
                for kind in measure.kinds:
                    by_kind[kind].append(measure)
        return {kind: tuple(measures) for kind, measures in by_kind.items()}

    @property
    def label(self) -> str:
        """A title for places where space is short."""
        return self.short_title or self.title

    @property
    def headline_indicators(self) -> tuple[Indicator, ...]:
        """The indicators of the headline, in its order."""
        by_name = {indicator.name: indicator for indicator in self.indicators}
        return tuple(by_name[name] for name in self.headline)

    def indicator_id(self, indicator: Indicator) -> str:
        """The indicator's id in tables and on screens."""
        return f"{self.name}.{indicator.name}"

    def schema(self) -> dict[str, Any]:
        """The JSON Schema (2020-12) of its events."""
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"{self.name} event",
            **TypeAdapter(self.event_type).json_schema(),
        }
