"""Tables that a client sends along with its query (multipart form data)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ioc.embedded.endpoint.errors import QueryError
from ioc.embedded.endpoint.session import Session, quote, quote_name
from ioc.embedded.endpoint.status import BAD_ARGUMENTS

# A function in the engine's syntax tree, where the table's engine is one too.
_FUNCTION = re.compile(rb"^\s*Function ", re.MULTILINE)
_FORMAT = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True)
class ExternalTable:
    """One table, visible only to the query of its request."""

    name: str
    structure: str
    format: str
    data: bytes

    def create(self, session: Session) -> None:
        """Fill a temporary table. Raises BAD_ARGUMENTS if its structure is more than columns."""
        if not _FORMAT.fullmatch(self.format):
            raise _refusal(f"External table {self.name}: {self.format!r} is no format.")
        name = quote_name(self.name)
        session.run(f"CREATE TEMPORARY TABLE {name} ({self._columns(session)}) ENGINE = Memory")
        if self.data:
            session.run(f"INSERT INTO {name} FORMAT {self.format}\n".encode() + self.data)

    def _columns(self, session: Session) -> str:
        """The structure, rewritten from the names and types that the engine reads in it.

        The session is not restricted yet, so the client's text must not become part of a statement:
        it could close the list of columns and continue, or hide a function in a default.
        """
        # Describing evaluates defaults, so functions are detected by parsing alone.
        parsed = f"EXPLAIN AST CREATE TABLE t ({self.structure}\n) ENGINE = Memory"
        if len(_FUNCTION.findall(session.run(parsed, output="TSVRaw").data)) != 1:
            raise _refusal(f"External table {self.name}: its structure is more than types.")
        statement = f"DESCRIBE TABLE null({quote(self.structure)})"
        rows = session.run(statement, output="JSONCompactEachRow").data.splitlines()
        columns = []
        for name, kind, *more in map(json.loads, rows):
            if any(more):
                raise _refusal(f"External table {self.name}: column {name} is more than a type.")
            columns.append(f"{quote_name(name)} {kind}")
        return ", ".join(columns)


def external_table(name: str, data: bytes, url: Mapping[str, str]) -> ExternalTable:
    """Join an uploaded part with the URL parameters that describe it.

    Raises BAD_ARGUMENTS when neither `<name>_structure` nor `<name>_types` is given.
    """
    structure = url.get(f"{name}_structure", "")
    types = url.get(f"{name}_types", "")
    if not structure and types:
        structure = ", ".join(f"_{n} {kind}" for n, kind in enumerate(split_types(types), 1))
    if not structure:
        message = f"External table {name} has neither {name}_structure nor {name}_types."
        raise _refusal(message)
    return ExternalTable(name, structure, url.get(f"{name}_format", "TabSeparated"), data)


def split_types(types: str) -> list[str]:
    """Split at the commas outside brackets: `Array(Int8),Map(Int8, Int8)` are two."""
    parts, depth = [""], 0
    for sign in types:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def _refusal(message: str) -> QueryError:
    return QueryError(BAD_ARGUMENTS, "BAD_ARGUMENTS", message)
