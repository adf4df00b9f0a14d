"""The hours in which a feed is expected to report."""

from dataclasses import dataclass
from datetime import time

SUNDAY = 7


@dataclass(frozen=True)
class Hours:
    """Local hours of the day, and weekdays from 1 (Monday) to 7. Raises ValueError if invalid."""

    opens: time
    closes: time
    weekdays: tuple[int, ...]

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError("hours: opens has to lie before closes")
        if not self.weekdays or not set(self.weekdays) <= set(range(1, SUNDAY + 1)):
            raise ValueError("hours: weekdays are numbers from 1 (Monday) to 7, one at least")


OFFICE_HOURS = Hours(time(7, 30), time(17, 0), (1, 2, 3, 4, 5))
"""Office hours, regardless of public holidays."""
