"""What a readonly user may do. The engine's `readonly` setting refuses writes, DDL, SET and
sources such as url() or s3(); here is what that setting leaves open in the embedded engine.
"""

import re
from collections.abc import Mapping

from ioc.endpoint.errors import QueryError
from ioc.endpoint.session import Session
from ioc.endpoint.status import READONLY

# Upper bounds: a reader may ask for less, never for more. Seconds, rows, bytes.
LIMITS = {
    "max_execution_time": 60.0,
    "max_rows_to_read": 2e9,
    "max_result_rows": 10_000_000.0,
    "max_result_bytes": 2.0**31,
    "max_memory_usage": 2.0**31,
}

# What clients send along with any query; nothing here reaches outside a result.
_HARMLESS = re.compile(
    r"""output_format_\w+ | date_time_output_format | format_(csv|tsv)_\w+ | bool_\w+_representation
      | extremes | max_block_size | max_threads | max_bytes_to_read
      | join_use_nulls | session_timezone | log_comment | priority
      | (connect|send|receive|http_send|http_receive|http_connection)_timeout
      | enable_http_compression | http_zlib_compression_level | http_headers_progress_interval_ms
      | send_progress_in_http_headers | cancel_http_readonly_queries_on_client_close
      | http_write_exception_in_output_format | http_response_buffer_size
      | async_insert | wait_for_async_insert
    """,
    re.VERBOSE,
)

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
        if name in LIMITS or _HARMLESS.fullmatch(name):
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
        raise _refusal("Cannot execute query in readonly mode: this user may only read.")
    tree = session.run(b"EXPLAIN AST " + sql, params, "TSVRaw").data.decode(errors="replace")
    found = _FUNCTION.search(tree) or _DESCRIBED.search(tree)
    if found:
        raise _refusal(
            f"Cannot execute query in readonly mode: function {found[1]} reaches beyond the tables."
        )


def _refusal(message: str) -> QueryError:
    return QueryError(READONLY, "READONLY", message)
