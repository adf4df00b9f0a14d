"""The state of one viewer's dashboard: variables, range, drawings. Independent of the page."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from contracts.errors import IocError
from contracts.reference.boundaries import Boundaries
from dashboards.grafana.queries import final_sql, interval_s
from dashboards.grafana.variables import Selection, interpolate
from dashboards.preview.choosing import Option, listed_options, queried_options, select
from dashboards.preview.draw import draw
from dashboards.preview.draw.drawing import Drawing, Mark, View
from dashboards.preview.frames import Frame, Table, series_frame, table_frame
from dashboards.preview.linking import Links
from dashboards.preview.model import Annotation, Dashboard, Panel, Target, Variable
from dashboards.preview.source import Source
from dashboards.preview.state import State
from dashboards.preview.theme import colour

POINTS_PER_COLUMN = 70
"""The points that a panel asks for: about the pixels of a twenty-fourth of a screen."""
SHARED_FOR = 0.9
"""The part of the refresh period for which rows are shared."""


@dataclass(frozen=True)
class Drawn:
    """The drawing of a panel, and the panel's transformations, none of which this page does."""

    drawing: Drawing
    left_out: tuple[str, ...] = ()


class Session:
    """Queries and draws one state of a dashboard; ``state`` may be replaced between rounds.

    ``stands_at`` is the instant to use as now; None: the clock.
    """

    def __init__(
        self,
        dashboard: Dashboard,
        state: State,
        source: Source,
        boundaries: Boundaries | None = None,
        stands_at: datetime | None = None,
    ) -> None:
        self.dashboard = dashboard
        self.state = state
        self.zone = ZoneInfo(dashboard.zone)
        self.options: dict[str, tuple[Option, ...]] = {}
        self.selections: dict[str, Selection] = {}
        self._source = source
        self._boundaries = boundaries
        self._stands_at = stands_at
        self._time = state.time(self.zone, self.now)
        self._marks: asyncio.Task[tuple[Mark, ...]] | None = None
        self.trouble = ""
        """Why annotations are missing, if they are; panels are then drawn without them."""

    @property
    def now(self) -> datetime:
        """The instant that the page stands at, or the clock's."""
        return self._stands_at or datetime.now(UTC)

    async def begin(self) -> None:
        """Begin a round: move the range on, and query the options of variables in their order.

        Raises QueryError or UnavailableError.
        """
        self._time = self.state.time(self.zone, self.now)
        self._marks, self.trouble = None, ""
        for variable in self.dashboard.variables:
            options = await self._options(variable)
            wanted = self.state.chosen.get(variable.name)
            self.options[variable.name] = options
            self.selections[variable.name] = select(variable, options, wanted)
        chosen = {
            one.name: self.selections[one.name].values
            for one in self.dashboard.variables
            if not one.hidden
        }
        self.state = replace(self.state, chosen=chosen)

    async def drawn(self, panel: Panel) -> Drawn:
        """Run a panel's queries and draw it. Raises QueryError, UnavailableError or MacroError."""
        frames = await asyncio.gather(*(self._frame(panel, one) for one in panel.targets))
        marks = await self._shared_marks() if panel.kind == "timeseries" else ()
        view = View(
            self._time,
            self.zone,
            self.links,
            marks,
            wall=self.state.kiosk,
            boundaries=self._boundaries,
        )
        return Drawn(draw(panel, frames, view), panel.transformations)

    @property
    def panels(self) -> list[Panel]:
        """The panels on the page."""
        return self.dashboard.placed(self.state.opened)

    @property
    def links(self) -> Links:
        """The links for the current choices."""
        return Links(self.state, self.selections)

    def words(self, text: str) -> str:
        """A title with its variables replaced by their texts."""
        texts = {
            name: Selection(name, (" + ".join(one.texts),)) for name, one in self.selections.items()
        }
        return interpolate(text, texts)

    async def warm(self) -> None:
        """Run all queries, so that the answers are ready before the page is."""
        await self.begin()
        asked = (self._frame(panel, one) for panel in self.panels for one in panel.targets)
        await asyncio.gather(*asked, return_exceptions=True)

    async def _options(self, variable: Variable) -> tuple[Option, ...]:
        if variable.kind != "query":
            return listed_options(variable)
        return queried_options(await self._rows(variable.query, 60))

    async def _frame(self, panel: Panel, target: Target) -> Frame:
        points = panel.max_points or panel.grid.w * POINTS_PER_COLUMN
        table = await self._rows(target.sql, interval_s(self._time, points))
        make = table_frame if target.is_table else series_frame
        return make(target.ref, table)

    async def _rows(self, raw_sql: str, step_s: int) -> Table:
        sql = final_sql(raw_sql, self.selections, self._time, step_s)
        return await self._source.rows(sql, self.state.refresh_s * SHARED_FOR)

    async def _shared_marks(self) -> tuple[Mark, ...]:
        """The annotations, queried once a round."""
        if self._marks is None:
            self._marks = asyncio.create_task(self._all_marks())
        return await asyncio.shield(self._marks)

    async def _all_marks(self) -> tuple[Mark, ...]:
        found: list[Mark] = []
        for annotation in self.dashboard.annotations:
            try:
                found += marks_of(await self._rows(annotation.sql, 60), annotation)
            except IocError as error:
                self.trouble = f"Không có chú thích «{annotation.name}»: {error}"
        return tuple(found)


def marks_of(table: Table, annotation: Annotation) -> list[Mark]:
    """Marks from rows: a time, perhaps an end, and texts, in columns named as in Grafana."""
    frame = table_frame("annotation", table)
    named = {one.name.lower(): one for one in frame.columns}
    at = named.get("time") or frame.time
    until = named.get("timeend") or named.get("time_end")
    texts = [named[name] for name in ("title", "text") if name in named]
    return [
        Mark(
            at.values[row],
            until.values[row] if until else None,
            " · ".join(str(one.values[row]) for one in texts) or annotation.name,
            colour(annotation.colour),
        )
        for row in range(frame.rows)
        if at and isinstance(at.values[row], datetime)
    ]
