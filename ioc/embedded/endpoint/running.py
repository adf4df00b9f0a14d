"""Running queries by their clients' ids, for KILL QUERY, which drivers send to cancel a query.

The engine itself has other ids for queries.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ioc.embedded.endpoint.call import Call
from ioc.embedded.endpoint.session import quote

_KILL = re.compile(
    rb"\s*+KILL\s++QUERY\s++WHERE\s++query_id\s*+=\s*+'([^'\\]++)'\s*+(?:SYNC|ASYNC)?+\s*+"
    rb"(FORMAT\s++\w++)?+\s*+;?+\s*+",
    re.IGNORECASE,
)


@dataclass(frozen=True, eq=False)
class _One:
    call: Call
    cancel: Callable[[], None]


class RunningQueries:
    """The requests in progress. Used by the event loop's thread only."""

    def __init__(self) -> None:
        self._all: set[_One] = set()

    @contextmanager
    def noted(self, call: Call, cancel: Callable[[], None]) -> Iterator[None]:
        """Register a call until the context ends; ``cancel`` may block."""
        one = _One(call, cancel)
        self._all.add(one)
        try:
            yield
        finally:
            self._all.discard(one)

    def to_kill(self, call: Call, sql: bytes) -> tuple[list[Callable[[], None]], bytes] | None:
        """Functions that cancel the queries of a KILL QUERY, and a SELECT that returns its answer.

        None for any other statement. A reader can end only its own queries.
        """
        match = _KILL.fullmatch(sql)
        if match is None:
            return None
        query_id, form = match[1].decode(errors="replace"), match[2] or b""
        own = call.user.name
        cancels = [
            one
            for one in self._all
            if one.call.query_id == query_id
            and (one.call.user.name == own or not call.user.readonly)
        ]
        answer = (
            f"SELECT 'waiting' AS kill_status, {quote(query_id)} AS query_id, {quote(own)} AS user"  # noqa: S608 - quoted
            f" FROM numbers({len(cancels)}) "
        )
        return [one.cancel for one in cancels], answer.encode() + form
