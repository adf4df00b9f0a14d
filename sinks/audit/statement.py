"""The audit's SQL: files with bound parameters for values, and lists of numbers written out."""

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
    """Where the recount of a feed's panes stands, whether or not there is one."""
    return FOLDER / "recount" / f"{feed}.sql"


def integers(numbers: Iterable[int], type_: str) -> str:
    """Numbers as an array of SQL: written out, for a URL has no room for thousands of them."""
    return f"CAST([{', '.join(map(str, numbers))}], 'Array({type_})')"


def texts(words: Iterable[str]) -> str:
    """Texts as an array of SQL."""
    return f"CAST([{', '.join(map(quoted, words))}], 'Array(String)')"


def instant(at: datetime) -> str:
    """A time as ClickHouse reads it into a DateTime64 in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d}"


def second(at: datetime) -> str:
    """A time as ClickHouse reads it into a DateTime in UTC; fractions are cut off."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
