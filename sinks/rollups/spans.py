"""Hours and days that were touched, and how much of them a statement takes."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TypeVar

from contracts.time.working_days import DAY_S, OFFSET_S

FOLDER = Path(__file__).parent
MINUTE_S, HOUR_S = 60, 3_600
AT_ONCE = 2_000
"""Hours, or days, that a statement makes: its text stays far below what a server takes, and its
histograms within some tens of megabytes."""
SETTINGS = {
    "max_partitions_per_insert_block": 0,
    "max_block_size": 2_048,  # a row of panes may hold hundreds of bins
}

Span = tuple[str, str, int]
"""An hour or a day of a unit: feed, district, start in seconds since 1970."""
T = TypeVar("T")


def hour_of(feed: str, district: str, minute: int) -> Span:
    """The hour of a pane; ``minute`` counts from 1970."""
    return feed, district, minute * MINUTE_S // HOUR_S * HOUR_S


def day_of(hour: Span) -> Span:
    """The day of the province's calendar that an hour lies in."""
    feed, district, start_s = hour
    return feed, district, (start_s + OFFSET_S) // DAY_S * DAY_S - OFFSET_S


def instant(start_s: int) -> str:
    """The SQL of an instant in seconds since 1970."""
    return f"toDateTime({start_s}, 'UTC')"


def text(name: str) -> str:
    """The SQL file of that name."""
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8").strip()


def chunks(items: Sequence[T]) -> Iterator[list[T]]:
    """Items in order, as many at once as a statement takes."""
    left = iter(items)
    while some := list(islice(left, AT_ONCE)):
        yield some
