"""Sessions: what SET and USE leave for later requests with the same `session_id`.

A session keeps URL parameters that those requests could have sent themselves, so they pass the
same checks. Temporary tables are not kept.
"""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from ioc.embedded.endpoint.call import PROTOCOL
from ioc.embedded.endpoint.config import User
from ioc.embedded.endpoint.errors import QueryError
from ioc.embedded.endpoint.status import (
    INVALID_SESSION_TIMEOUT,
    NOT_IMPLEMENTED,
    SESSION_IS_LOCKED,
    SESSION_NOT_FOUND,
    UNKNOWN_SETTING,
    USER_SESSION_LIMIT_EXCEEDED,
)

_DEFAULT_S, _LONGEST_S = "60", 3600
"""Default and greatest seconds without a request before a session ends, as on a server."""
_MOST = 1_000
"""Limit for the sessions of a user."""
_LARGEST = 16_384
"""Limit for the characters that a session keeps."""

# Protocol parameters that a session keeps, and the headers that take precedence over them.
_HEADERS = {"database": "X-ClickHouse-Database", "default_format": "X-ClickHouse-Format"}
_USE = re.compile(rb"\s*+USE\s++(?:`([^`\\]++)`|(\w++))\s*+;?+\s*+", re.IGNORECASE)
_SET = re.compile(rb"\s*+SET\s++(?=\w++\s*+=)", re.IGNORECASE)
_PAIR = re.compile(
    rb"(\w+)\s*+=\s*+(?:'((?:[^'\\]|\\.|'')*)'|([\w.+-]+))\s*+(?:(,)\s*+|;?+\s*+\Z)", re.DOTALL
)
_KEPT = re.compile(rb"\s*+(?:SET|CREATE\s++(?:OR\s++REPLACE\s++)?TEMPORARY)\b", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)|''", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "f": "\f"}


@dataclass
class Session:
    """The settings of one client."""

    ends_at: float = 0.0
    busy: bool = False
    is_kept: bool = False
    parameters: dict[str, str] = field(default_factory=dict)

    def joined(self, given: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, str]:
        """The parameters of a request, which override the session's."""
        own = {n: v for n, v in self.parameters.items() if not headers.get(_HEADERS.get(n, ""))}
        return own | dict(given)

    def after(self, sql: bytes, *, has_id: bool) -> dict[str, str] | None:
        """The session's parameters after a SET or USE; None for any other statement.

        Raises NOT_IMPLEMENTED for another SET, or a temporary table, in a request with a
        `session_id`, and USER_SESSION_LIMIT_EXCEEDED if there is no room.
        """
        change = _change(sql)
        if has_id and change is None and _KEPT.match(sql):
            message = "a session keeps `SET name = literal` and USE: send tables with the query"
            raise QueryError(NOT_IMPLEMENTED, "NOT_IMPLEMENTED", message)
        if change is None:
            return None
        every = {n: v for n, v in (self.parameters | change).items() if v is not None}
        if has_id and (not self.is_kept or sum(map(len, every.values())) > _LARGEST):
            message = f"a user has {_MOST} sessions at most, of {_LARGEST} characters each"
            name = "USER_SESSION_LIMIT_EXCEEDED"
            raise QueryError(USER_SESSION_LIMIT_EXCEEDED, name, message)
        return every


class Sessions:
    """The sessions of all users. Used by the event loop's thread only."""

    def __init__(self) -> None:
        self._all: dict[User, dict[str, Session]] = {}

    @contextmanager
    def entered(self, user: User, given: Mapping[str, str]) -> Iterator[Session]:
        """The session that a request names, or a new one for this request only.

        Raises SESSION_NOT_FOUND if the session must exist already, SESSION_IS_LOCKED if another
        request uses it, INVALID_SESSION_TIMEOUT.
        """
        name = given.get("session_id", "")
        if not name:
            yield Session()
            return
        lasts_s = _lasts_s(given.get("session_timeout", _DEFAULT_S))
        kept = self._all.setdefault(user, {})
        _make_room(kept)
        session = kept.get(name)
        if session is None and given.get("session_check") == "1":
            raise QueryError(SESSION_NOT_FOUND, "SESSION_NOT_FOUND", "Session not found.")
        if session is not None and session.busy:
            message = "Session is locked by a concurrent client."
            raise QueryError(SESSION_IS_LOCKED, "SESSION_IS_LOCKED", message)
        session = session or Session(is_kept=len(kept) < _MOST)
        session.busy, session.ends_at = True, float("inf")
        if session.is_kept:
            kept[name] = session
        try:
            yield session
        finally:
            session.busy, session.ends_at = False, time.monotonic() + lasts_s
            if given.get("close_session") == "1":
                kept.pop(name, None)


def _make_room(kept: dict[str, Session]) -> None:
    now = time.monotonic()
    for name in [name for name, session in kept.items() if session.ends_at < now]:
        del kept[name]
    if len(kept) >= _MOST:  # a session without settings can go
        unset = (n for n, session in kept.items() if not session.parameters and not session.busy)
        kept.pop(next(unset, ""), None)


def _lasts_s(text: str) -> int:
    if not text.isdecimal() or int(text) > _LONGEST_S:
        message = f"session_timeout is {text!r}, but is at most {_LONGEST_S} seconds."
        raise QueryError(INVALID_SESSION_TIMEOUT, "INVALID_SESSION_TIMEOUT", message)
    return int(text)


def _change(sql: bytes) -> dict[str, str | None] | None:
    """The parameters that SET or USE changes; the value None stands for DEFAULT."""
    if use := _USE.fullmatch(sql):
        return {"database": (use[1] or use[2]).decode(errors="replace")}
    start = _SET.match(sql)
    if start is None:
        return None
    change: dict[str, str | None] = {}
    at = start.end()
    while pair := _PAIR.match(sql, at):
        name = pair[1].decode()
        if name in PROTOCOL - _HEADERS.keys():
            raise QueryError(UNKNOWN_SETTING, "UNKNOWN_SETTING", f"Unknown setting '{name}'.")
        change[name] = _value(pair[2], pair[3])
        at = pair.end()
        if pair[4] is None:
            return change
    return None


def _value(quoted: bytes | None, bare: bytes | None) -> str | None:
    if quoted is not None:
        text = quoted.decode(errors="replace")
        return _ESCAPED.sub(lambda at: _ESCAPES.get(at[1], at[1]) if at[1] else "'", text)
    text = (bare or b"").decode(errors="replace")
    return None if text.upper() == "DEFAULT" else text
