"""The numbered SQL files of the schema, filled in and cut into statements."""

import re
from pathlib import Path

from contracts.settings import Settings

FOLDER = Path(__file__).parent
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_COMMENT_LINE = re.compile(r"^--.*$", re.MULTILINE)


def values(settings: Settings) -> dict[str, str]:
    """The placeholders of the SQL files; all are names or numbers that the settings validated."""
    return {
        "database": settings.clickhouse_database,
        "ttl_events_days": str(settings.ttl_events_days),
        "ttl_panes_days": str(settings.ttl_panes_days),
        "ttl_indicators_days": str(settings.ttl_indicators_days),
        "ttl_rejects_days": str(settings.ttl_rejects_days),
        "ttl_audit_days": str(settings.ttl_audit_days),
        "laggard_s": str(settings.laggard_s),
    }


def fill(sql: str, known: dict[str, str]) -> str:
    """``sql`` with each ``{name}`` replaced. Raises KeyError for an unknown name."""
    return _PLACEHOLDER.sub(lambda match: known[match[1]], sql)


def statements(settings: Settings) -> list[str]:
    """All statements of all files, in order of file number; each may be repeated."""
    known = values(settings)
    files = sorted(FOLDER.glob("[0-9]*.sql"))
    return [statement for path in files for statement in cut(path, known)]


def cut(path: Path, known: dict[str, str]) -> list[str]:
    """The statements of one file, filled in."""
    sql = _COMMENT_LINE.sub("", path.read_text(encoding="utf-8"))
    parts = (part.strip() for part in sql.split(";\n"))
    return [fill(part, known) for part in parts if part]
