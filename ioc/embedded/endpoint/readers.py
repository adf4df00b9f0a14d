"""The rights of a readonly user.

The engine's `readonly` setting refuses writes, DDL and SET; its role refuses everything outside the
reader's databases. This module closes the gaps that both leave in the embedded engine.
"""

from collections.abc import Mapping

from ioc.embedded.endpoint.errors import QueryError
from ioc.embedded.endpoint.reader_access import REFUSED_FORMATS, objection
from ioc.embedded.endpoint.reader_settings import DEFAULTS, HARMLESS, LIMITS
from ioc.embedded.endpoint.session import Session
from ioc.embedded.endpoint.status import READONLY

_READ_ONLY, _CONTROL = "READ_ONLY", "CONTROL"


def limit(settings: Mapping[str, str]) -> dict[str, str]:
    """A reader's own settings, limited to LIMITS. Raises READONLY for one that is not listed."""
    kept = {}
    for name, value in settings.items():
        if name in LIMITS or name in HARMLESS:
            kept[name] = value
        elif name != "readonly" or value not in ("1", "2"):
            raise _refusal(f"Cannot modify '{name}' setting in readonly mode.")
    for name, most in LIMITS.items():
        wanted = _number(name, kept.get(name, "0"))
        # 0 means no limit in ClickHouse.
        kept[name] = f"{min(wanted, most) if wanted > 0 else DEFAULTS[name]:.15g}"
    return kept


def _number(name: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise QueryError(72, "CANNOT_PARSE_NUMBER", f"{name} = {value!r} is no number.") from None


def check(session: Session, sql: bytes, params: Mapping[str, str], kind: str) -> None:
    """Refuse statements that would circumvent `readonly`, by the engine's own syntax tree.

    `kind` is the engine's class of the statement; `session` is already readonly.
    """
    if kind not in (_READ_ONLY, _CONTROL):
        raise refuse_writing()
    tree = session.run(b"EXPLAIN AST " + sql, params, "TSVRaw").data.decode(errors="replace")
    if fault := objection(tree):
        raise _refusal(f"Cannot execute query in readonly mode: {fault}.")


def check_format(name: str) -> None:
    """Raise READONLY for a format that readers may not use."""
    if name in REFUSED_FORMATS:
        raise _refusal(f"Cannot execute query in readonly mode: format {name} is not for readers.")


def refuse_database(name: str) -> None:
    """Raise READONLY for a database whose tables must be named in full to be checked."""
    if name.lower() == "system":
        raise _refusal("The reader's database can't be system: write system.tables in full.")


def refuse_writing() -> QueryError:
    """The error for a statement that changes something."""
    return _refusal("Cannot execute query in readonly mode: this user may only read.")


def _refusal(message: str) -> QueryError:
    return QueryError(READONLY, "READONLY", message)
