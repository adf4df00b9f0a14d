"""Grafana's transformations of frames, as far as dashboards here use them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from dashboards.preview.fields import matcher_of
from dashboards.preview.frames import Column, Frame, Kind
from dashboards.preview.model import Json
from dashboards.preview.reducing import NAMES, reduce

Frames = tuple[Frame, ...]
Transformation = Callable[[Frames, Json], Frames]


def transform(frames: Frames, steps: Sequence[Json]) -> tuple[Frames, list[str]]:
    """The frames after all steps, and the names of the steps that are not known here."""
    unknown = []
    for step in steps:
        apply = TRANSFORMATIONS.get(str(step.get("id")))
        if apply is None:
            unknown.append(str(step.get("id")))
        else:
            frames = apply(frames, step.get("options") or {})
    return frames, unknown


def _organize(frames: Frames, options: Json) -> Frames:
    """Leave columns out, put them in order, rename them."""
    hidden = {name for name, is_out in (options.get("excludeByName") or {}).items() if is_out}
    included = {name for name, is_in in (options.get("includeByName") or {}).items() if is_in}
    order, names = options.get("indexByName") or {}, options.get("renameByName") or {}

    def organized(frame: Frame) -> Frame:
        kept = [
            one
            for one in frame.columns
            if one.name not in hidden and (not included or one.name in included)
        ]
        kept.sort(key=lambda one: order.get(one.name, len(order)))
        renamed = (replace(one, name=names.get(one.name) or one.name) for one in kept)
        return Frame(frame.ref, tuple(renamed))

    return tuple(map(organized, frames))


def _sort(frames: Frames, options: Json) -> Frames:
    sorts = options.get("sort") or ()
    for one in reversed(sorts):
        frames = tuple(
            sorted_by(frame, str(one["field"]), bool(one.get("desc"))) for frame in frames
        )
    return frames


def sorted_by(frame: Frame, name: str, descending: bool) -> Frame:
    """The frame ordered by a column; what is missing comes last. As it is without that column."""
    column = next((one for one in frame.columns if one.name == name), None)
    if column is None:
        return frame
    places = range(frame.rows)
    there = [place for place in places if column.values[place] is not None]
    there.sort(key=lambda place: column.values[place], reverse=descending)
    return frame.take([*there, *(place for place in places if column.values[place] is None)])


def _filter_by_name(frames: Frames, options: Json) -> Frames:
    include, exclude = options.get("include") or {}, options.get("exclude") or {}

    def is_kept(name: str) -> bool:
        return (not include or _is_named(name, include)) and not (
            exclude and _is_named(name, exclude)
        )

    return tuple(
        Frame(frame.ref, tuple(one for one in frame.columns if is_kept(one.name)))
        for frame in frames
    )


def _is_named(name: str, matcher: Json) -> bool:
    pattern = matcher.get("pattern")
    return name in (matcher.get("names") or ()) or bool(
        pattern and matcher_of(str(pattern)).search(name)
    )


def _matrix(frames: Frames, options: Json) -> Frames:
    """One row for each value of a column, one column for each value of another."""
    column, row = str(options.get("columnField")), str(options.get("rowField"))
    value = str(options.get("valueField"))
    return tuple(_matrix_of(frame, column, row, value) for frame in frames)


def _matrix_of(frame: Frame, column: str, row: str, value: str) -> Frame:
    named = {one.name: one for one in frame.columns}
    if not {column, row, value} <= set(named):
        return frame
    rows = list(dict.fromkeys(named[row].values))
    heads = list(dict.fromkeys(named[column].values))
    cells = {
        (at, head): figure
        for at, head, figure in zip(
            named[row].values, named[column].values, named[value].values, strict=True
        )
    }
    columns = [Column(f"{row}\\{column}", named[row].kind, tuple(rows))]
    for head in heads:
        values = tuple(cells.get((at, head)) for at in rows)
        columns.append(Column(str(head), named[value].kind, values))
    return Frame(frame.ref, tuple(columns))


def _join(frames: Frames, options: Json) -> Frames:
    """The frames side by side, row by row of equal values of one column."""
    name, mode = options.get("byField"), options.get("mode") or "outer"
    keyed = [(frame, _key(frame, name)) for frame in frames]
    with_key = [(frame, key) for frame, key in keyed if key is not None]
    if len(with_key) < 2:
        return frames
    keys = list(dict.fromkeys(value for _, key in with_key for value in key.values))
    if mode == "inner":
        keys = [one for one in keys if all(one in key.values for _, key in with_key)]
    if with_key[0][1].kind is Kind.TIME:
        keys.sort()
    columns = [replace(with_key[0][1], values=tuple(keys))]
    for frame, key in with_key:
        place = {value: index for index, value in enumerate(key.values)}
        for one in frame.columns:
            if one is not key:
                values = tuple(one.values[place[at]] if at in place else None for at in keys)
                columns.append(replace(one, values=values))
    return (Frame(with_key[0][0].ref, tuple(columns)),)


def _key(frame: Frame, name: Any) -> Column | None:
    return next((one for one in frame.columns if one.name == name), None) if name else frame.time


def _reduce(frames: Frames, options: Json) -> Frames:
    """A row for each series, a column for each calculation."""
    calculations = options.get("reducers") or ("lastNotNull",)
    series = [one for frame in frames for one in frame.of_kind(Kind.NUMBER)]
    names = tuple(" ".join((one.name, *one.labels.values())) for one in series)
    columns = [Column("Field", Kind.TEXT, names)]
    for name in calculations:
        values = tuple(reduce(one.values, name) for one in series)
        columns.append(Column(NAMES.get(name, name), Kind.NUMBER, values))
    return (Frame("A", tuple(columns)),)


def _merge(frames: Frames, _options: Json) -> Frames:
    """One table of all frames, the rows of one behind those of the other."""
    names = {one.name: one for frame in frames for one in frame.columns}
    columns = []
    for name, first in names.items():
        values: list[Any] = []
        for frame in frames:
            own = next((one for one in frame.columns if one.name == name), None)
            values += own.values if own else [None] * frame.rows
        columns.append(replace(first, values=tuple(values)))
    return (Frame(frames[0].ref, tuple(columns)),) if frames else ()


def _limit(frames: Frames, options: Json) -> Frames:
    most = int(options.get("limitField") or 10)
    return tuple(frame.take(range(min(most, frame.rows))) for frame in frames)


TRANSFORMATIONS: dict[str, Transformation] = {
    "organize": _organize,
    "sortBy": _sort,
    "filterFieldsByName": _filter_by_name,
    "groupingToMatrix": _matrix,
    "joinByField": _join,
    "reduce": _reduce,
    "merge": _merge,
    "limit": _limit,
}
