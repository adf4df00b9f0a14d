"""A dashboard as a whole: panels, variables, annotations, the menu of all others."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import (
    AnnotationContainer,
    AnnotationQuery,
    Dashboard,
    DashboardCursorSync,
    DashboardDashboardTemplating,
    DashboardDashboardTime,
    Panel,
    RowPanel,
    TimePickerConfig,
    VariableModel,
)

from dashboards.boards.places import TAG, Place, links
from dashboards.boards.variables import source

ZONE = "Asia/Ho_Chi_Minh"


@dataclass(frozen=True)
class Board:
    """What differs from dashboard to dashboard."""

    place: Place
    description: str
    panels: Sequence[Panel | RowPanel]
    variables: Sequence[VariableModel]
    annotations: Sequence[AnnotationQuery]
    refresh: str = "30s"
    since: str = "now-24h"

    def __post_init__(self) -> None:
        ids = [panel.id_val for panel in every_panel(self.panels)]
        if len(ids) != len(set(ids)):
            raise ValueError(f"dashboard {self.place.uid}: two panels have the same id")

    def build(self) -> Dashboard:
        """The dashboard as a model of Grafana's SDK."""
        return Dashboard(
            uid=self.place.uid,
            title=self.place.title,
            description=self.description,
            tags=[TAG],
            timezone=ZONE,
            editable=False,
            graph_tooltip=DashboardCursorSync.CROSSHAIR,
            time=DashboardDashboardTime(from_val=self.since, to="now"),
            timepicker=TimePickerConfig(refresh_intervals=["10s", "30s", "1m", "5m"]),
            week_start="monday",
            refresh=self.refresh,
            panels=list(self.panels),
            templating=DashboardDashboardTemplating([source(), *self.variables]),
            annotations=AnnotationContainer(list(self.annotations)),
            links=links(),
        )

    @property
    def json(self) -> str:
        """The dashboard as a committed file. Keys are sorted, so that a diff shows real changes."""
        text = json.dumps(
            self.build(), cls=JSONEncoder, ensure_ascii=False, indent=2, sort_keys=True
        )
        return f"{text}\n"


def every_panel(panels: Sequence[Panel | RowPanel]) -> list[Panel | RowPanel]:
    """All panels, including those inside rows."""
    return [
        found
        for panel in panels
        for found in (panel, *(panel.panels if isinstance(panel, RowPanel) else ()))
    ]
