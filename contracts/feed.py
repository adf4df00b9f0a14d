"""What a feed is: its events, measures, gauges, indicators and limits, checked when it is made."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter

from contracts.contents import Content
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

    ``event_type`` is a model, or a union of models told apart by ``kind``. ``stale_s`` is the age
    in seconds at which its figures count as not fresh. ``headline`` names the few indicators that
    stand for the feed where room is short, the first being the most telling; rolling ones are shown
    over ``headline_horizon_s`` seconds. ``short_title`` is for column heads and the like.
    ``content`` is what it tells of, which also decides its place among the feeds. ``hours`` are
    those outside which its silence wakes nobody; None: it is expected around the clock.
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

    @cached_property
    def models(self) -> tuple[type[Event], ...]:
        """The models of its events, one a kind."""
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
        """Brings events into the form in which they are checked and worked."""
        return CheckedForm(self.models)

    @cached_property
    def columns(self) -> ColumnCheck:
        """Checks events of that form, many at once; those pass that the adapter takes."""
        return ColumnCheck(self.form.types)

    @cached_property
    def measures_by_kind(self) -> dict[str, tuple[Measure, ...]]:
        """The measures that a kind's event feeds in the pane of its own minute."""
        return self._by_kind(retracting=False)

    @cached_property
    def pane_parts(self) -> frozenset[str]:
        """The parts that its measures feed."""
        return frozenset(measure.part for measure in self.measures)

    @cached_property
    def retractions_by_kind(self) -> dict[str, tuple[Measure, ...]]:
        """The measures by which a kind's event takes something back from an earlier pane."""
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
        """Its title where room is short."""
        return self.short_title or self.title

    @property
    def headline_indicators(self) -> tuple[Indicator, ...]:
        """The indicators of the headline, in its order."""
        by_name = {indicator.name: indicator for indicator in self.indicators}
        return tuple(by_name[name] for name in self.headline)

    def indicator_id(self, indicator: Indicator) -> str:
        """The id that the indicator has in tables and on screens."""
        return f"{self.name}.{indicator.name}"

    def schema(self) -> dict[str, Any]:
        """The JSON Schema (2020-12) of its events."""
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"{self.name} event",
            **TypeAdapter(self.event_type).json_schema(),
        }
