"""Selects the rejects that a command is about."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from contracts.errors import IocError
from contracts.feed import Feed
from contracts.messages import Reason
from ioc.asking.since import period

CHOSEN = """
WITH chosen AS
(
    SELECT * FROM rejects FINAL
    WHERE feed IN {feeds:Array(String)}
        AND ({reason:String} = '' OR reason = {reason:String})
        AND ({since_s:UInt64} = 0 OR rejected_at > now64(3) - toIntervalSecond({since_s:UInt64}))
)
"""
"""Starts a query over the rejects of a choice; needs its ``parameters``."""


def reason_named(name: str) -> Reason:
    """The reason of that name. Raises IocError, which lists the existing ones."""
    try:
        return Reason(name)
    except ValueError:
        raise IocError(f"--reason {name!r}: there are {', '.join(Reason)}") from None


@dataclass(frozen=True)
class Choice:
    """Rejects of feeds; of one reason (None: any), and of the last seconds (0: any time)."""

    feeds: Sequence[Feed]
    reason: Reason | None = None
    since_s: int = 0

    @property
    def parameters(self) -> dict[str, object]:
        """The parameters of a query that starts with ``CHOSEN``."""
        return {
            "feeds": [feed.name for feed in self.feeds],
            "reason": self.reason or "",
            "since_s": self.since_s,
        }

    @property
    def of_any_reason(self) -> "Choice":
        """The same choice for any reason."""
        return replace(self, reason=None)

    @property
    def words(self) -> str:
        """The choice in words, for messages."""
        names = ", ".join(feed.name for feed in self.feeds)
        reason = "" if self.reason is None else f" with reason {self.reason}"
        since = f" in the last {period(self.since_s)}" if self.since_s else ""
        return f"of {names}{reason}{since}"
