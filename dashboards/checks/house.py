"""House rules: what every dashboard and panel must show to an operator."""

import re
from collections.abc import Iterator

from dashboards.checks.board import PLUGIN, Dashboard, Panel
from dashboards.checks.problem import Problem
from dashboards.checks.structure import SOURCE_UID

NO_DATA = "Không có dữ liệu"
ZONE = "Asia/Ho_Chi_Minh"
KINDS = frozenset(
    {
        *("stat", "bargauge", "timeseries", "barchart", "table", "state-timeline"),
        *("heatmap", "geomap", "text", "row"),
    }
)
NUMERIC_KINDS = frozenset({"stat", "bargauge", "timeseries", "barchart"})
"""Kinds of panels that must set decimals, unless they show texts."""
SHOWN = "${shown}"
"""The variable with the number of chosen units that are drawn."""
_LIMIT = re.compile(r"\bLIMIT (\d+)\b(?! BY)")
_VIETNAMESE = re.compile(
    "[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.I
)
_ENGLISH = re.compile(
    r"\b(?:the|of|by|and|per|in|rate|count|total|time|overview|districts?|documents?|quality|"
    r"traffic|press|dossiers?|status|freshness|latest|events?|rejects?|error|panel|title)\b",
    re.I,
)


def dashboard(board: Dashboard) -> Iterator[Problem]:
    """The problems of the dashboard itself, then those of each panel."""

    def say(sentence: str) -> Problem:
        return Problem(board.uid, "", sentence)

    if board.raw.get("timezone") != ZONE:
        yield say(f"its time zone is {board.raw.get('timezone')!r}, not {ZONE}")
    if not board.raw.get("refresh"):
        yield say("it is not refreshed by itself: set refresh")
    if not {"from", "to"} <= set(board.raw.get("time", {})):
        yield say("it has no default period: set time.from and time.to")
    if not is_vietnamese_title(board.title):
        yield say(f"its title {board.title!r} is not Vietnamese")
    if not _VIETNAMESE.search(str(board.raw.get("description", ""))):
        yield say("it has no description in Vietnamese")
    if not any("as_of" in sql or "stale_s" in sql for _, sql in board.statements()):
        yield say("none of its panels says how fresh the figures are")
    for panel in board.panels:
        for sentence in _panel(panel):
            yield Problem(board.uid, panel.place, sentence)


def is_vietnamese_title(title: str) -> bool:
    """Whether a title may be Vietnamese: it has Vietnamese letters, or at least no English word."""
    return bool(_VIETNAMESE.search(title)) or bool(title and not _ENGLISH.search(title))


def _panel(panel: Panel) -> Iterator[str]:
    if panel.kind not in KINDS:
        yield f"its kind {panel.kind!r} is not in use here"
    if panel.kind != "text" and not is_vietnamese_title(panel.title):
        yield "its title is not Vietnamese" if panel.title else "it has no title"
    if panel.asks:
        yield from _asking(panel)


def _asking(panel: Panel) -> Iterator[str]:
    if not _VIETNAMESE.search(str(panel.raw.get("description", ""))):
        yield "it has no description in Vietnamese"
    if panel.raw.get("datasource") != {"type": PLUGIN, "uid": SOURCE_UID}:
        yield f"its data source is not {PLUGIN} {SOURCE_UID}"
    if panel.defaults.get("noValue") != NO_DATA:
        yield f"its noValue is {panel.defaults.get('noValue')!r}, not {NO_DATA!r}"
    if not (panel.defaults.get("unit") or any(name == "unit" for name, _ in panel.overrides)):
        yield "it has no unit"
    if panel.kind in NUMERIC_KINDS and not _has_decimals(panel):
        yield "it does not say how many decimals to show"
    yield from _unsaid_limits(panel)


def _unsaid_limits(panel: Panel) -> Iterator[str]:
    """LIMITs that the title does not tell: by their number, or by SHOWN."""
    for number in sorted({each for sql in panel.statements for each in _LIMIT.findall(sql)}):
        if number not in panel.title and SHOWN not in panel.title:
            yield f"its title says neither that it shows {number} rows at most nor {SHOWN}"


def _has_decimals(panel: Panel) -> bool:
    """Whether its options set decimals, or its SQL rounds because rows need different ones."""
    if any("round(" in sql for sql in panel.statements):
        return True
    is_text = panel.defaults.get("unit") == "string"
    in_overrides = any(name == "decimals" for name, _ in panel.overrides)
    return is_text or in_overrides or panel.defaults.get("decimals") is not None
