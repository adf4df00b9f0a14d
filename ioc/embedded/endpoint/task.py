"""The log lines about failed requests."""

import logging
import re
from dataclasses import dataclass

from ioc.embedded.endpoint.errors import QueryError

_LOG = logging.getLogger("ioc.embedded.endpoint")
_SHOWN, _LOOKED_AT = 300, 4096
# Words near which a literal may be a password or a key.
_SECRET = re.compile(
    rb"identified|password|secret|key|s3|azure|remote|mysql|postgres|mongo|redis|odbc|jdbc|url",
    re.IGNORECASE,
)
_LITERAL = re.compile(rb"'(?:[^'\\]|\\.)*'?", re.DOTALL)


@dataclass
class Task:
    """One request, as far as it has been read."""

    user: str = "?"
    sql: bytes = b""

    def log(self, error: QueryError) -> None:
        """Log one line for a failure, with the beginning of the statement."""
        _LOG.warning("user %s, error %d %s: %s", self.user, error.code, error.name, self._shown())

    def broke(self) -> None:
        """Log an unexpected exception with its traceback."""
        _LOG.exception("user %s, unforeseen: %s", self.user, self._shown())

    def _shown(self) -> str:
        sql = self.sql[:_LOOKED_AT]
        if _SECRET.search(sql):
            sql = _LITERAL.sub(b"'***'", sql)
        return " ".join(sql[:_SHOWN].decode(errors="replace").split())
