"""Vietnam's public holidays as data, and the days off that follow from them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from contracts.errors import DataFileError
from contracts.reference.csv_file import read_rows
from contracts.settings import DATA

HOLIDAYS_FILE = DATA / "holidays.csv"
SATURDAY = 5
_YEARLY = re.compile(r"\d\d-\d\d")


class Holiday(BaseModel):
    """A holiday: ``day`` is MM-DD if it recurs every year, else YYYY-MM-DD (lunar holidays)."""

    model_config = ConfigDict(frozen=True)

    day: str = Field(pattern=r"^([0-9]{4}-)?[0-9]{2}-[0-9]{2}$")
    name_vi: str = Field(min_length=1, max_length=80)


@dataclass(frozen=True)
class DayOff:
    """A day on which offices are closed; ``in_lieu`` if it replaces a holiday on a weekend."""

    day: date
    name_vi: str
    in_lieu: bool


@dataclass(frozen=True)
class Holidays:
    """The holidays of the data file."""

    yearly: Mapping[tuple[int, int], str]
    dated: Mapping[date, str]

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years whose lunar holidays are known."""
        return tuple(sorted({day.year for day in self.dated}))

    def days_off(self, year: int) -> list[DayOff]:
        """The days off of a year, in order.

        By article 112 of the Labour Code 2019; a holiday on a weekend moves to the next working day
        (article 111).
        """
        named = {date(year, *day): name for day, name in self.yearly.items()}
        named |= {day: name for day, name in self.dated.items() if day.year == year}
        off = {day: DayOff(day, name, in_lieu=False) for day, name in named.items()}
        for day, name in sorted(named.items()):
            if day.weekday() >= SATURDAY:
                made_up = day
                while made_up in off or made_up.weekday() >= SATURDAY:
                    made_up += timedelta(days=1)
                off[made_up] = DayOff(made_up, name, in_lieu=True)
        return sorted(off.values(), key=lambda day_off: day_off.day)


def load_holidays(path: Path = HOLIDAYS_FILE) -> Holidays:
    """Read the holidays. Raises DataFileError, also for a date that does not exist."""
    yearly: dict[tuple[int, int], str] = {}
    dated: dict[date, str] = {}
    for row in read_rows(path, Holiday):
        try:
            if _YEARLY.fullmatch(row.day):
                day = date.fromisoformat(f"2001-{row.day}")
                yearly[day.month, day.day] = row.name_vi
            else:
                dated[date.fromisoformat(row.day)] = row.name_vi
        except ValueError:
            raise DataFileError(f"{path}: there is no day {row.day}") from None
    return Holidays(yearly, dated)
