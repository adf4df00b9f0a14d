"""What a drawing is, and what every drawing is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from contracts.reference.boundaries import Boundaries
from dashboards.grafana.times import TimeRange
from dashboards.preview.frames import Frame
from dashboards.preview.linking import Links
from dashboards.preview.model import Panel


@dataclass(frozen=True)
class Html:
    """Markup, everything that comes from data escaped."""

    markup: str


@dataclass(frozen=True)
class Chart:
    """Options of ECharts."""

    options: dict[str, Any]


@dataclass(frozen=True)
class Markdown:
    """A text of a dashboard's author."""

    text: str


Drawing: TypeAlias = Html | Chart | Markdown


@dataclass(frozen=True)
class Mark:
    """An annotation: a moment, or a span, with its text."""

    at: datetime
    until: datetime | None
    text: str
    colour: str


@dataclass(frozen=True)
class View:
    """What is looked at: range, zone, links, annotations; ``wall`` where it is read from afar.

    ``boundaries`` is what a map draws areas from.
    """

    time: TimeRange
    zone: ZoneInfo
    links: Links
    marks: tuple[Mark, ...] = ()
    wall: bool = False
    boundaries: Boundaries | None = None

    @property
    def text_px(self) -> int:
        """Size of the text of charts."""
        return 15 if self.wall else 12

    def axis_ms(self, at: datetime) -> float:
        """A time for the axis of a chart that shows UTC: the clock's reading in the zone, ms."""
        offset = at.astimezone(self.zone).utcoffset()
        return (at.timestamp() + (offset.total_seconds() if offset else 0)) * 1000


Draw = Callable[[Panel, Sequence[Frame], View], Drawing]


def nothing(text: str) -> Html:
    """In place of a drawing: there is no data."""
    return Html(f'<div class="none">{text}</div>')
