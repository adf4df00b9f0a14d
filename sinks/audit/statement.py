"""Runs the audit's SQL files: values are bound parameters, lists are written into the SQL."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clickhouse_connect.driver.client import Client

from contracts.topics import events_topic
from sinks.schema.columns import quoted
from sinks.schema.statements import fill

FOLDER = Path(__file__).parent
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Row = tuple[Any, ...]


def rows(
    client: Client, query: str, feed: str, lists: Mapping[str, str] | None = None, **values: object
) -> list[Row]:
    """The rows of ``queries/<query>.sql`` for a feed.

    ``lists`` fills the file's ``{name}``, ``values`` are bound to its ``{name:Type}``. Raises
    ClickHouseError.
    """
    filled = fill(sql_of(query), {"feed": feed, **(lists or {})})
    bound = {"feed": feed, "topic": events_topic(feed), **values}
    found = client.query(filled, parameters=bound)
    return [tuple(row) for row in found.result_rows]


def sql_of(query: str) -> str:
    """The text of ``queries/<query>.sql``."""
    return (FOLDER / "queries" / f"{query}.sql").read_text(encoding="utf-8").strip()


def recount_file(feed: str) -> Path:
    """The path of the recount of a feed's panes, whether or not it exists."""
    return FOLDER / "recount" / f"{feed}.sql"


def integers(numbers: Iterable[int], type_: str) -> str:
    """Numbers as an SQL array, written out because thousands of them don't fit into a URL."""
    return f"CAST([{', '.join(map(str, numbers))}], 'Array({type_})')"


def texts(words: Iterable[str]) -> str:
    """Texts as an SQL array."""
    return f"CAST([{', '.join(map(quoted, words))}], 'Array(String)')"


def instant(at: datetime) -> str:
    """A time as text for a DateTime64 in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d}"


def second(at: datetime) -> str:
    """A time as text for a DateTime in UTC, without fractions."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
