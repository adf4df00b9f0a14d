"""Structure: what Grafana needs to load dashboards and to tell them apart."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from dashboards.checks.board import PLUGIN, Dashboard, Json, Panel
from dashboards.checks.problem import Problem

COLUMNS = 24
WALL = "ioc-tong-quan"
WALL_ROWS = 26
"""Rows of a screen 1080 px high. A row takes 38 px; the variables and margins take 90 px."""
PLUGIN_VERSION = "4.20.0"
SOURCE_UID = "${source}"
"""The data source variable, by which the files suit any uid of a Grafana's data source."""
QUERY_TYPES = {0: "timeseries", 1: "table"}
"""The formats of panels, each with its query type."""
_UID = re.compile(r"ioc-[a-z0-9-]{1,36}")


def across(dashboards: Sequence[Dashboard]) -> Iterator[Problem]:
    """Problems between dashboards: equal uids and titles."""
    for what, values in (
        ("uid", [one.uid for one in dashboards]),
        ("title", [one.title for one in dashboards]),
    ):
        for value, times in Counter(values).items():
            if times > 1:
                yield Problem(value, "", f"the {what} {value!r} stands in {times} dashboards")


def dashboard(board: Dashboard) -> Iterator[Problem]:
    """The problems of a dashboard: names, ids, positions, inputs for hand imports, targets."""
    say = _Says(board, "")
    if not _UID.fullmatch(board.uid):
        yield say(f"the uid {board.uid!r} is not ioc- and ASCII letters, digits and dashes")
    if board.file != f"{board.uid}.json":
        yield say(f"it stands in {board.file}, not in {board.uid}.json")
    if board.raw.get("id") is not None:
        yield say("it has an id, which belongs to one Grafana: leave it out")
    for key in ("__inputs", "__requires", "__elements"):
        if key in board.raw:
            yield say(f"{key} is for hand imports; provisioning does not fill it in")
    if "${DS_" in str(board.raw):
        yield say("${DS_…} is for hand imports; name the data source by its uid")
    if not isinstance(board.raw.get("schemaVersion"), int):
        yield say("it has no schemaVersion, from which Grafana tells how old its layout is")
    yield from _ids(board)
    yield from _places(board)
    for panel in board.panels:
        yield from _targets(board, panel)


class _Says:
    """Makes the problems of one place."""

    def __init__(self, board: Dashboard, place: str) -> None:
        self._board, self._place = board, place

    def __call__(self, sentence: str) -> Problem:
        return Problem(self._board.uid, self._place, sentence)


def _ids(board: Dashboard) -> Iterator[Problem]:
    ids = Counter(panel.raw.get("id") for panel in board.panels)
    for panel in board.panels:
        id_ = panel.raw.get("id")
        if not isinstance(id_, int) or id_ < 1:
            yield _Says(board, panel.place)("its id is not a whole number above 0")
        elif ids[id_] > 1:
            yield _Says(board, panel.place)(f"{ids[id_]} panels have the id {id_}")


def _places(board: Dashboard) -> Iterator[Problem]:
    placed = [(panel, _box(panel)) for panel in board.panels if not _in_closed_row(board, panel)]
    for index, (panel, box) in enumerate(placed):
        say = _Says(board, panel.place)
        if box is None:
            yield say("its gridPos lacks one of x, y, w, h as whole numbers, w and h above 0")
            continue
        x, _, w, _ = box
        if x < 0 or x + w > COLUMNS:
            yield say(f"it reaches from column {x} to {x + w} of {COLUMNS}")
        for other, taken in placed[:index]:
            if taken and _overlap(box, taken):
                yield say(f"it lies over {other.place}")
    if board.uid == WALL:
        rows = max((box[1] + box[3] for _, box in placed if box), default=0)
        if rows > WALL_ROWS:
            yield _Says(board, "")(f"it takes {rows} rows; a screen 1080 px high has {WALL_ROWS}")


def _in_closed_row(board: Dashboard, panel: Panel) -> bool:
    return all(panel.raw is not top for top in board.raw.get("panels", ()))


Box = tuple[int, int, int, int]


def _box(panel: Panel) -> Box | None:
    grid = panel.raw.get("gridPos", {})
    x, y, w, h = (grid.get(key) for key in "xywh")
    if not all(isinstance(one, int) for one in (x, y, w, h)) or w < 1 or h < 1:
        return None
    return x, y, w, h


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


def _targets(board: Dashboard, panel: Panel) -> Iterator[Problem]:
    say = _Says(board, panel.place)
    if panel.asks and not panel.targets:
        yield say("it asks nothing: it has no targets")
    names = [target.get("refId") for target in panel.targets]
    if len(set(names)) < len(names):
        yield say("two of its targets have the same refId")
    for target in panel.targets:
        for sentence in _target(target):
            yield say(f"target {target.get('refId', '?')} {sentence}")


def _target(target: Json) -> Iterable[str]:
    if target.get("datasource") != {"type": PLUGIN, "uid": SOURCE_UID}:
        yield f"names another data source than {PLUGIN} {SOURCE_UID}"
    if not str(target.get("rawSql", "")).strip():
        yield "has no rawSql"
    if target.get("format") not in QUERY_TYPES:
        yield f"has format {target.get('format')!r}; time series is 0, a table 1"
    elif target.get("queryType") != QUERY_TYPES[target["format"]]:
        yield f"has queryType {target.get('queryType')!r}, which is not that of its format"
    if target.get("pluginVersion") != PLUGIN_VERSION:
        yield f"has pluginVersion {target.get('pluginVersion')!r}, not {PLUGIN_VERSION}"
    if target.get("editorType") != "sql":
        yield "has another editorType than sql: the editor would rebuild its SQL"
