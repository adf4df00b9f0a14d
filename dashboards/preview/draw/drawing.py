"""The kinds of drawings, and the view that every drawing depends on."""

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
    """Markup in which everything from data is escaped."""

    markup: str


@dataclass(frozen=True)
class Chart:
    """Options of ECharts."""

    options: dict[str, Any]


@dataclass(frozen=True)
class Markdown:
    """A text in Markdown by a dashboard's author."""

    text: str


Drawing: TypeAlias = Html | Chart | Markdown


@dataclass(frozen=True)
class Mark:
    """An annotation: an instant or a span, with its text."""

    at: datetime
    until: datetime | None
    text: str
    colour: str


@dataclass(frozen=True)
class View:
    """The view of a dashboard: range, zone, links, annotations, and a map's areas.

    ``wall`` is true on a big screen, which people read from afar.
    """

    time: TimeRange
    zone: ZoneInfo
    links: Links
    marks: tuple[Mark, ...] = ()
    wall: bool = False
    boundaries: Boundaries | None = None

    @property
    def text_px(self) -> int:
        """The size of the text of charts."""
        return 15 if self.wall else 12

    def axis_ms(self, at: datetime) -> float:
        """Milliseconds at which an axis in UTC shows the local time of ``at``."""
        offset = at.astimezone(self.zone).utcoffset()
        return (at.timestamp() + (offset.total_seconds() if offset else 0)) * 1000


Draw = Callable[[Panel, Sequence[Frame], View], Drawing]


def nothing(text: str) -> Html:
    """A sentence in place of a drawing, such as that there is no data."""
    return Html(f'<div class="none">{text}</div>')
