"""Reads dashboards as Grafana gets them."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.feed import Feed
from dashboards.boards.build import boards

Json = dict[str, Any]


def built(*feeds: Feed) -> dict[str, Json]:
    """The dashboards of these feeds by uid, out of their JSON text."""
    return {board.place.uid: json.loads(board.json) for board in boards(feeds)}


def panels(board: Mapping[str, Any]) -> Iterator[Json]:
    """All panels but rows, those inside rows too."""
    for panel in board["panels"]:
        if panel["type"] == "row":
            yield from panel["panels"]
        else:
            yield panel


def plain_title(title: str) -> str:
    """A panel's title without the words on which of many districts it draws."""
    return re.sub(r" \((?:\$\{shown\}|tỉnh và nơi).*", "", title)


def panel_titled(board: Mapping[str, Any], title: str) -> Json:
    """The panel of this plain title."""
    (found,) = (panel for panel in panels(board) if plain_title(panel["title"]) == title)
    return found


def properties(panel: Json, column: str) -> Json:
    """The overrides of a column, by their id."""
    (found,) = (
        override["properties"]
        for override in panel["fieldConfig"]["overrides"]
        if override["matcher"] == {"id": "byName", "options": column}
    )
    return {each["id"]: each.get("value") for each in found}


def statement(panel: Json) -> str:
    (target,) = panel["targets"]
    return str(target["rawSql"])
