"""When a feed is expected to speak."""

from dataclasses import dataclass
from datetime import time

SUNDAY = 7


@dataclass(frozen=True)
class Hours:
    """Local time of day, and weekdays from 1 (Monday) to 7. Raises ValueError for none."""

    opens: time
    closes: time
    weekdays: tuple[int, ...]

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError("hours: opens has to lie before closes")
        if not self.weekdays or not set(self.weekdays) <= set(range(1, SUNDAY + 1)):
            raise ValueError("hours: weekdays are numbers from 1 (Monday) to 7, one at least")


OFFICE_HOURS = Hours(time(7, 30), time(17, 0), (1, 2, 3, 4, 5))
"""Of offices, public holidays aside."""
