"""Queries of the checks to ClickHouse: columns with types, rows, and the time that it took."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

_MESSAGE = re.compile(r"DB::Exception: (.*?)(?: Expected one of:| \(version|: While |$)", re.DOTALL)
_WRAPPED = re.compile(r"^(?:Nullable|LowCardinality)\((.*)\)$")
LONGEST = 240


class RefusedError(Exception):
    """ClickHouse refused a statement. Carries its message on one line."""


@dataclass(frozen=True)
class Answer:
    """The answer to a statement."""

    names: tuple[str, ...]
    types: tuple[str, ...]
    """In ClickHouse's spelling."""
    rows: Sequence[Sequence[Any]]
    ms: float

    def columns(self, test: Callable[[str], bool]) -> list[int]:
        """The indices of the columns whose type passes the test."""
        return [index for index, type_ in enumerate(self.types) if test(bare(type_))]


Ask = Callable[[str], Answer]


def asking(client: Client) -> Ask:
    """A function that runs statements with a client and raises RefusedError."""

    def ask(sql: str) -> Answer:
        begin = time.perf_counter()
        try:
            result = client.query(sql)
        except ClickHouseError as error:
            raise RefusedError(_message(error)) from None
        ms = (time.perf_counter() - begin) * 1000
        types = tuple(str(column.name) for column in result.column_types)
        return Answer(tuple(result.column_names), types, result.result_rows, ms)

    return ask


def bare(type_: str) -> str:
    """A type without Nullable and LowCardinality."""
    while match := _WRAPPED.match(type_):
        type_ = match[1]
    return type_


def is_time(type_: str) -> bool:
    """Whether it is a type of days or instants."""
    return type_.startswith(("Date", "DateTime"))


def is_number(type_: str) -> bool:
    """Whether Grafana draws it as a number."""
    return type_.startswith(("Int", "UInt", "Float", "Decimal"))


def is_text(type_: str) -> bool:
    """Whether Grafana shows it as a text and takes it as a label."""
    return type_.startswith(("String", "FixedString", "Enum", "UUID"))


def _message(error: ClickHouseError) -> str:
    text = " ".join(str(error).split())
    found = _MESSAGE.search(text)
    message = (found[1] if found else text).strip()
    return message if len(message) <= LONGEST else f"{message[:LONGEST]}…"
