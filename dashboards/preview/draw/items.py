"""The single figures of a panel: one of each series, or of each row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.preview.draw.drawing import View
from dashboards.preview.fields import FieldConfig, config_of, matcher_of, name_of
from dashboards.preview.frames import Column, Frame, Kind
from dashboards.preview.linking import Href, facts_of, label_facts
from dashboards.preview.model import Json, Panel
from dashboards.preview.reducing import reduce
from dashboards.preview.theme import series_colour
from dashboards.preview.values import Shown, show

MOST = 60


@dataclass(frozen=True)
class Item:
    """A figure with its name; ``trail`` holds the values over time that it summarises."""

    name: str
    shown: Shown
    config: FieldConfig
    trail: tuple[Any, ...] = ()
    link: Href | None = None


def items(panel: Panel, frames: Sequence[Frame], view: View) -> list[Item]:
    """The figures that a stat or a bar gauge shows, at most 60."""
    options = panel.options.get("reduceOptions") or {}
    make = _by_row if options.get("values") else _by_series
    found = list(make(panel, frames, view, options))
    return found[: int(options.get("limit") or MOST)]


def _by_series(panel: Panel, frames: Sequence[Frame], view: View, options: Json) -> Iterator[Item]:
    calculation = next(iter(options.get("calcs") or ()), "lastNotNull")
    pairs = [(frame, column) for frame in frames for column in _wanted(frame, options)]
    numbers = [column for _, column in pairs]
    for index, (frame, column) in enumerate(pairs):
        config = config_of(panel.field_config, column, frame.ref)
        value = reduce(column.values, calculation)
        shown = show(value, config, view.zone, _fallback(config, index))
        name = name_of(column, config, numbers)
        facts = label_facts(name, column.labels, value, shown.text)
        if frame.rows == 1:
            facts = facts_of(frame, 0, value, shown.text) | facts
        trail = column.values if frame.time and frame.rows > 1 else ()
        yield Item(name, shown, config, trail, view.links.first(config.links, facts))


def _by_row(panel: Panel, frames: Sequence[Frame], view: View, options: Json) -> Iterator[Item]:
    for frame in frames:
        columns = _wanted(frame, options)
        labels = [one for one in frame.of_kind(Kind.TEXT) if one not in columns]
        for row in range(frame.rows):
            title = " ".join(str(one.values[row]) for one in labels[:1])
            for column in columns:
                config = config_of(panel.field_config, column, frame.ref)
                value = column.values[row]
                shown = show(value, config, view.zone, _fallback(config, row))
                name = name_of(column, config)
                named = f"{title} {name}" if title and len(columns) > 1 else title or name
                href = view.links.first(config.links, facts_of(frame, row, value, shown.text))
                yield Item(named, shown, config, (), href)


def _wanted(frame: Frame, options: Json) -> list[Column]:
    """The columns with the figures: those that the options name, else all numbers."""
    pattern = str(options.get("fields") or "")
    if not pattern:
        return frame.of_kind(Kind.NUMBER)
    if pattern.startswith("/"):
        return [one for one in frame.columns if matcher_of(pattern).search(one.name)]
    return [one for one in frame.columns if one.name == pattern]


def _fallback(config: FieldConfig, index: int) -> str:
    return series_colour(index) if config.colour_mode.startswith("palette") else series_colour(0)
