"""The alerts' SQL files, filled in."""

import re
from pathlib import Path

FOLDER = Path(__file__).parent / "sql"
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_COMMENT_LINE = re.compile(r"^--.*\n", re.MULTILINE)


def statement(name: str, **values: object) -> str:
    """``sql/<name>.sql`` without its comments, each ``{name}`` replaced.

    Values are names and numbers of contracts and limits, never of users. Raises KeyError for a
    name that is not given.
    """
    sql = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    bare = _COMMENT_LINE.sub("", sql).strip()
    return _PLACEHOLDER.sub(lambda match: str(values[match[1]]), bare) + "\n"
