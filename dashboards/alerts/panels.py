"""Finds the panel of the generated dashboards that shows the subject of an alert."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.feed import Feed

FOLDER = Path(__file__).parents[1] / "json"
QUALITY = "ioc-chat-luong"
"""The uid of the dashboard about the quality of the data."""
COMPARE = "ioc-so-sanh"
"""The uid of the dashboard that shows any indicator."""

Board = Mapping[str, Any]


@dataclass(frozen=True)
class Panel:
    """A panel, by the uid of its dashboard and its id there."""

    dashboard: str
    panel: int

    def link(self) -> dict[str, Any]:
        """The fields of a rule that link it to this panel."""
        return {"dashboardUid": self.dashboard, "panelId": self.panel}


def feed_board(feed: Feed) -> str:
    """The uid of the feed's own dashboard."""
    return f"ioc-feed-{feed.name}"


class Panels:
    """The panels of all dashboards, in reading order."""

    def __init__(self, boards: Iterable[Board]) -> None:
        self._panels = {board["uid"]: list(_flat(board.get("panels", ()))) for board in boards}

    def showing(self, dashboard: str, *words: str) -> Panel | None:
        """The first panel of a dashboard whose SQL contains one of the words; earlier words win.

        None if there is no such dashboard or panel.
        """
        for word in words:
            for panel in self._panels.get(dashboard, ()):
                if any(word in target.get("rawSql", "") for target in panel.get("targets", ())):
                    return Panel(dashboard, panel["id"])
        return None


def load_panels(folder: Path = FOLDER) -> Panels:
    """The panels of the dashboards in a folder."""
    files = sorted(folder.glob("*.json"))
    return Panels(json.loads(file.read_text(encoding="utf-8")) for file in files)


def _flat(panels: Sequence[Board]) -> Iterator[Board]:
    for panel in panels:
        yield panel
        yield from panel.get("panels", ())
