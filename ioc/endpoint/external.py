"""Tables that a client sends along with its query (multipart form data)."""

from collections.abc import Mapping
from dataclasses import dataclass

from ioc.endpoint.errors import QueryError
from ioc.endpoint.session import Session
from ioc.endpoint.status import BAD_ARGUMENTS


@dataclass(frozen=True)
class ExternalTable:
    """One table, seen by the one query that it came with."""

    name: str
    structure: str
    format: str
    data: bytes

    def create(self, session: Session) -> None:
        """Fill a temporary table of the session."""
        name = self.name.replace("\\", "\\\\").replace("`", "\\`")
        session.run(f"CREATE TEMPORARY TABLE `{name}` ({self.structure}) ENGINE = Memory")
        inserter = session.insert(f"INSERT INTO `{name}`", self.format)
        try:
            inserter.append(self.data)
            inserter.finish()
        finally:
            inserter.cancel()


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
        raise QueryError(BAD_ARGUMENTS, "BAD_ARGUMENTS", message)
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
