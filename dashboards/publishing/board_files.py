"""The generated dashboards, in the form that Grafana's API takes."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from contracts.errors import DataFileError

FOLDER = Path(__file__).parents[1] / "json"
Json = dict[str, Any]
UID = re.compile(r"[A-Za-z0-9_-]{1,40}")
"""The form of Grafana's uids, also of folders."""


def load_boards(folder: Path = FOLDER) -> Sequence[Json]:
    """All dashboards of a folder, in the order of their uids. Raises DataFileError."""
    boards = [_load(file) for file in sorted(folder.glob("*.json"))]
    if not boards:
        raise DataFileError(f"{folder}: holds no dashboards; `ioc dashboards build` writes them")
    return boards


def _load(file: Path) -> Json:
    try:
        board = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataFileError(f"{file}: cannot be read: {error}") from None
    if not isinstance(board, dict) or not UID.fullmatch(str(board.get("uid", ""))):
        raise DataFileError(f"{file}: is not a dashboard with a uid")
    # The target has ids and versions of its own: these could name other dashboards there.
    return {key: value for key, value in board.items() if key not in {"id", "version"}}
