"""One HTTP request, parsed into what the engine needs."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ioc.embedded.endpoint import readers
from ioc.embedded.endpoint.body import MAX_STATEMENT
from ioc.embedded.endpoint.compression import negotiate
from ioc.embedded.endpoint.config import User
from ioc.embedded.endpoint.formats import DEFAULT_FORMAT

# URL parameters of the protocol; all others are settings. Roles and quotas do not exist here, but
# clients send them unasked, so they are read and ignored.
PROTOCOL = frozenset(
    {"query", "database", "default_format", "user", "password", "query_id", "quota_key", "role"}
    | {"session_id", "session_timeout", "session_check", "close_session", "stacktrace"}
    | {"compress", "decompress", "buffer_size", "wait_end_of_query", "client_protocol_version"}
)
_PARAMETER = "param_"
# The engine's own limit for a statement's bytes, checked before the text is examined.
_MAX_QUERY_SIZE = 262_144
_TABLE_PARTS = ("_format", "_structure", "_types")


@dataclass(frozen=True)
class Call:
    """Everything that one request asks for, except its body."""

    user: User
    query: str
    query_id: str
    database: str
    default_format: str
    parameters: Mapping[str, str]
    settings: Mapping[str, str]
    readonly: str
    encoding: str | None
    framed: bool
    whole: bool
    revision: int
    max_query_size: int
    tag: str = field(default_factory=lambda: uuid.uuid4().hex)


def read_call(
    user: User,
    method: str,
    url: Mapping[str, str],
    headers: Mapping[str, str],
    tables: Collection[str] = (),
) -> Call:
    """Sort a request's URL parameters and headers. `tables` names the tables sent along.

    Raises READONLY for a setting that the user may not change.
    """
    settings = _settings(url, tables)
    compress = settings.get("enable_http_compression", "1") not in ("0", "false")
    return Call(
        user=user,
        query=url.get("query", ""),
        query_id=url.get("query_id") or str(uuid.uuid4()),
        database=url.get("database") or headers.get("X-ClickHouse-Database", ""),
        default_format=url.get("default_format")
        or headers.get("X-ClickHouse-Format", DEFAULT_FORMAT),
        parameters={
            name.removeprefix(_PARAMETER): value
            for name, value in url.items()
            if name.startswith(_PARAMETER)
        },
        settings=readers.limit(settings) if user.readonly else settings,
        readonly=_readonly(user, method),
        encoding=negotiate(headers.get("Accept-Encoding", "")) if compress else None,
        framed=url.get("compress") == "1",
        whole=url.get("wait_end_of_query") == "1",
        revision=_number(url.get("client_protocol_version", "")),
        max_query_size=min(
            _number(settings.get("max_query_size", "")) or _MAX_QUERY_SIZE, MAX_STATEMENT
        ),
    )


def _settings(url: Mapping[str, str], tables: Collection[str]) -> dict[str, str]:
    other = {table + part for table in tables for part in _TABLE_PARTS} | PROTOCOL
    return {
        name: value
        for name, value in url.items()
        if name not in other and not name.startswith(_PARAMETER)
    }


def _readonly(user: User, method: str) -> str:
    """The engine's `readonly` level. As on a server, GET never changes anything."""
    if user.readonly:
        return "1"
    return "2" if method in ("GET", "HEAD") else "0"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
