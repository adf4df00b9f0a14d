"""State timeline: a lane for each series, a block for each stretch of one state."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Any

from dashboards.preview.draw.drawing import Drawing, Html, View, nothing
from dashboards.preview.draw.stat import no_value
from dashboards.preview.fields import config_of, name_of
from dashboards.preview.frames import Column, Frame, Kind
from dashboards.preview.model import Panel
from dashboards.preview.theme import series_colour
from dashboards.preview.values import Shown, show

TICKS = 6
LEAST_SHARE_FOR_TEXT = 6.0
"""The percentage of the width that a block needs to show its text."""
Stretch = tuple[datetime, datetime, Any]


def draw_statetimeline(panel: Panel, frames: Sequence[Frame], view: View) -> Drawing:
    """Draw all columns except the time, of all frames that have a time."""
    pairs = [
        (frame, column)
        for frame in frames
        if frame.time and frame.rows
        for column in frame.columns
        if column.kind is not Kind.TIME
    ]
    if not pairs:
        return nothing(no_value(panel))
    columns = [column for _, column in pairs]
    lanes = "".join(_lane(panel, frame, column, columns, view) for frame, column in pairs)
    return Html(
        f'<div class="lanes" style="--rows:{len(pairs)}">{lanes}'
        f'<div class="lane ticks"><div class="name"></div><div class="track">{_ticks(view)}</div>'
        "</div></div>"
    )


def _lane(panel: Panel, frame: Frame, column: Column, among: Sequence[Column], view: View) -> str:
    config = config_of(panel.field_config, column, frame.ref)
    name = escape(name_of(column, config, among))
    blocks = "".join(
        _block(stretch, show(stretch[2], config, view.zone, _tint(stretch[2])), view)
        for stretch in stretches(frame.time, column, view)
    )
    return (
        f'<div class="lane"><div class="name" title="{name}">{name}</div>'
        f'<div class="track">{blocks}</div></div>'
    )


def stretches(times: Column | None, column: Column, view: View) -> Iterator[Stretch]:
    """Beginning, end and value of each stretch in the range; a state lasts until the next."""
    if times is None:
        return
    known = [(at, value) for at, value in zip(times.values, column.values, strict=True) if at]
    begun: datetime | None = None
    state: Any = None
    for at, value in known:
        if begun is not None and value == state:
            continue
        if begun is not None:
            yield from _clipped((begun, at, state), view)
        begun, state = at, value
    if begun is not None:
        yield from _clipped((begun, view.time.end, state), view)


def _clipped(stretch: Stretch, view: View) -> Iterator[Stretch]:
    start, end = max(stretch[0], view.time.start), min(stretch[1], view.time.end)
    if end > start:
        yield start, end, stretch[2]


def _block(stretch: Stretch, shown: Shown, view: View) -> str:
    start, end, _ = stretch
    left, width = _percent(start, view), _percent(end, view) - _percent(start, view)
    text = escape(shown.text) if width >= LEAST_SHARE_FOR_TEXT else ""
    span = f"{start.astimezone(view.zone):%H:%M %d/%m} – {end.astimezone(view.zone):%H:%M %d/%m}"
    css = "stretch missing" if shown.is_missing else "stretch"
    return (
        f'<div class="{css}" style="left:{left:.2f}%;width:{width:.2f}%;--tint:{shown.colour}" '
        f'title="{escape(shown.text)} · {span}">{text}</div>'
    )


def _ticks(view: View) -> str:
    whole = view.time.end - view.time.start
    pattern = "%H:%M" if whole <= timedelta(days=1) else "%d/%m %H:%M"
    marks = []
    for number in range(TICKS):
        at = view.time.start + whole * (number + 0.5) / TICKS
        marks.append(
            f'<span style="left:{100 * (number + 0.5) / TICKS:.1f}%">'
            f"{at.astimezone(view.zone).strftime(pattern)}</span>"
        )
    return "".join(marks)


def _percent(at: datetime, view: View) -> float:
    return 100 * ((at - view.time.start) / (view.time.end - view.time.start))


def _tint(value: object) -> str:
    """A colour that depends only on a state's text."""
    return series_colour(sum(map(ord, str(value))))
