"""Errors: at the start (fatal, for the operator) and in a query (for the client)."""

import re

from contracts.errors import IocError

_CODE = re.compile(r"Code: (\d+)\. DB::Exception: ")
_VERSION = re.compile(r" \(version [\d.]+\)(?:\.)?")
_NAME = re.compile(r"\(([A-Z][A-Z0-9_]+)\)\.?\s*$")

UNKNOWN_EXCEPTION = 1002


class EndpointError(IocError):
    """The endpoint cannot start; the message says what failed, where, and what to do."""


class BadConfig(EndpointError):  # noqa: N818 - says what is the matter
    """A setting has a value that cannot work."""


class UnsafeHost(EndpointError):  # noqa: N818 - says what is the matter
    """Other machines could connect without a password."""


class PortInUse(EndpointError):  # noqa: N818 - says what is the matter
    """Another program listens on the address."""


class DataPathBusy(EndpointError):  # noqa: N818 - says what is the matter
    """Another process has the data folder open; the engine allows one."""


class EngineFailed(EndpointError):  # noqa: N818 - says what is the matter
    """The engine did not open the data folder."""


class QueryError(Exception):
    """A failed query, with ClickHouse's number and name for the reason."""

    def __init__(self, code: int, name: str, message: str) -> None:
        self.code = code
        self.name = name
        self.message = message
        super().__init__(f"Code: {code}. DB::Exception: {message} ({name})")


def from_engine(text: str) -> QueryError:
    """Parse the engine's own error text, which may be wrapped several times."""
    codes = list(_CODE.finditer(text))
    if not codes:
        return QueryError(UNKNOWN_EXCEPTION, "UNKNOWN_EXCEPTION", text.strip())
    message = _VERSION.sub("", text[_inner(codes).end() :]).strip()
    name = "UNKNOWN_EXCEPTION"
    while match := _NAME.search(message):
        name = match[1]
        message = message[: match.start()].rstrip()
    return QueryError(int(codes[0][1]), name, message)


def _inner(codes: list[re.Match[str]]) -> re.Match[str]:
    """The last of the leading prefixes that only repeat the same code."""
    inner = codes[0]
    for match in codes[1:]:
        if match.start() != inner.end() or match[1] != inner[1]:
            break
        inner = match
    return inner
