"""Compares roll-ups with the merged panes of their days, several days at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from clickhouse_connect.driver.client import Client

from contracts.time.working_days import DAY_S, OFFSET_S
from sinks.audit.panes import SPAN_PANES
from sinks.audit.statement import EPOCH, rows, second
from sinks.rollups.rolling import roll_up
from sinks.rollups.spans import Span

Days = tuple[datetime, datetime]
"""Starts of the first local day, and of the first one after the range; UTC."""
DAY = timedelta(seconds=DAY_S)
AT_ONCE = 10_000
"""Most wrong periods repaired at once; the next repair continues with the rest."""


@dataclass(frozen=True)
class Rolled:
    """Roll-ups of some days: how many were compared and are wrong, and examples as sentences.

    ``hours`` are the hours to roll up again.
    """

    checked: int = 0
    wrong: int = 0
    examples: Sequence[str] = ()
    hours: frozenset[Span] = frozenset()


def read_days(client: Client, feed: str, since: datetime | None) -> list[Days]:
    """Local days that begin at ``since`` or later, in ranges that can be compared at once.

    Raises ClickHouseError.
    """
    first = EPOCH if since is None else _next_day(since)
    found = rows(client, "rolled_days", feed, None, since=second(first))
    return days([(datetime.fromtimestamp(int(at), UTC), int(panes)) for at, panes in found])


def _next_day(since: datetime) -> datetime:
    """The start of the first local day that begins at ``since`` or later."""
    passed_s = (int(since.timestamp()) + OFFSET_S) % DAY_S
    return since if not passed_s else since + timedelta(seconds=DAY_S - passed_s)


def days(counted: Iterable[tuple[datetime, int]]) -> list[Days]:
    """Joins ascending days, given with their number of panes, into ranges to compare at once."""
    found: list[Days] = []
    panes = 0
    for day, more in counted:
        if found and panes + more <= SPAN_PANES:
            found[-1] = (found[-1][0], day + DAY)
            panes += more
        else:
            found.append((day, day + DAY))
            panes = more
    return found


def compare_rollups(client: Client, feed: str, span: Days, limit: int) -> Rolled:
    """Compare the roll-ups of some days. Raises ClickHouseError."""
    lists = {"limit": str(limit), "at_once": str(AT_ONCE)}
    bounds = {"since": second(span[0]), "until": second(span[1])}
    ((checked, wrong, examples, hours, whole),) = rows(client, "rolled", feed, lists, **bounds)
    named = [(feed, str(district), int(start_s)) for district, start_s in hours]
    # A day is made of its hours: rolling up any of them rolls up the day too.
    named += [(feed, str(district), int(start_s)) for district, start_s in whole]
    return Rolled(
        checked, wrong, [_sentence(feed, one) for one in sorted(examples)], frozenset(named)
    )


def mend(client: Client, found: Iterable[Rolled]) -> None:
    """Roll up the wrong hours again. Raises ClickHouseError."""
    roll_up(client, {hour for each in found for hour in each.hours})


def _sentence(feed: str, example: Sequence[Any]) -> str:
    grain, district, period, (part, member, held, recounted) = example
    what = f"{part} {member}".strip()
    return (
        f"{feed}: the roll-up of the {grain} {period:%Y-%m-%d %H:%M}Z of district {district}: "
        f"{what} is {held}, its panes come to {recounted}"
    )
