"""What a readonly user may do. The engine's `readonly` setting refuses writes, DDL, SET and
sources such as url() or s3(); here is what that setting leaves open in the embedded engine.
"""

import re
from collections.abc import Mapping

from ioc.endpoint.errors import QueryError
from ioc.endpoint.reader_settings import HARMLESS, LIMITS
from ioc.endpoint.session import Session
from ioc.endpoint.status import READONLY

# Functions that `readonly` does not stop, or not early enough, although they reach files, this
# process or other machines; and eval(), which would hide them in a string. DESCRIBE runs any
# table function.
_FUNCTION = re.compile(r"^\s*Function (file|eval|[Pp]ython|ai[A-Z]\w*)\b", re.MULTILINE)
_DESCRIBED = re.compile(r"DescribeQuery[^\n]*\n\s*TableExpression[^\n]*\n\s*Function (\w+)")

_READ_ONLY = "READ_ONLY"


def limit(settings: Mapping[str, str]) -> dict[str, str]:
    """A reader's own settings, cut to LIMITS. Raises READONLY for one that is not harmless."""
    kept = {}
    for name, value in settings.items():
        if name in LIMITS or name in HARMLESS:
            kept[name] = value
        elif name != "readonly" or value not in ("1", "2"):
            raise _refusal(f"Cannot modify '{name}' setting in readonly mode.")
    for name, most in LIMITS.items():
        asked = _number(name, kept.get(name, "0"))
        # To ClickHouse 0 means without limit.
        kept[name] = f"{asked if 0 < asked < most else most:.15g}"
    return kept


def _number(name: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise QueryError(72, "CANNOT_PARSE_NUMBER", f"{name} = {value!r} is no number.") from None


def check(session: Session, sql: bytes, params: Mapping[str, str], kind: str) -> None:
    """Refuse what would get around `readonly`, judged by the engine's own parser.

    `kind` is the class that the engine gives the statement; `session` is already readonly.
    """
    if kind != _READ_ONLY:
        raise refuse_writing()
    tree = session.run(b"EXPLAIN AST " + sql, params, "TSVRaw").data.decode(errors="replace")
    found = _FUNCTION.search(tree) or _DESCRIBED.search(tree)
    if found:
        raise _refusal(
            f"Cannot execute query in readonly mode: function {found[1]} reaches beyond the tables."
        )


def refuse_writing() -> QueryError:
    """The error for a statement that changes something."""
    return _refusal("Cannot execute query in readonly mode: this user may only read.")


def _refusal(message: str) -> QueryError:
    return QueryError(READONLY, "READONLY", message)
