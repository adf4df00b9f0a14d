"""Instants from cells: Excel's and Parquet's own times, formats of the mapping, ISO 8601."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from producers.replay.cells import CellError
from producers.replay.records import Cell

MIDNIGHT = time()
MORNING = re.compile(r"\bSA\b", re.IGNORECASE)
AFTERNOON = re.compile(r"\bCH\b", re.IGNORECASE)


@dataclass(frozen=True)
class TimeReader:
    """Reads instants.

    ``formats`` are tried in order, then ISO 8601; ``zone`` applies to times without one; ``at`` is
    the local time of dates without one. Many programs have no dates without a time and write
    midnight. So a local time of exactly 00:00 is treated as a date, in any file format.
    """

    formats: tuple[str, ...]
    zone: ZoneInfo
    at: time

    def instant(self, cell: Cell) -> datetime:
        """The instant in UTC, cut to the millisecond. Raises CellError."""
        if isinstance(cell, str):
            return _instant_of_text(self, cell.strip())
        if isinstance(cell, datetime):
            return self._in_utc(cell)
        if isinstance(cell, date):
            return self._in_utc(datetime.combine(cell, MIDNIGHT))
        raise CellError("is not a date: give the column a date format in its file")

    def _in_utc(self, when: datetime) -> datetime:
        try:
            local = when.astimezone(self.zone) if when.tzinfo else when.replace(tzinfo=self.zone)
            if local.time() == MIDNIGHT:
                local = datetime.combine(local, self.at, self.zone)
            utc = local.astimezone(UTC)
        except OverflowError:
            raise CellError("is a date beyond all years") from None
        return utc.replace(microsecond=utc.microsecond // 1000 * 1000)

    def parse(self, text: str) -> datetime:
        """See ``instant``, of text."""
        for pattern in self.formats:
            try:
                read = datetime.strptime(_in_english(text, pattern), pattern)  # noqa: DTZ007
            except ValueError:
                continue
            return self._in_utc(read)
        try:
            return self._in_utc(datetime.fromisoformat(text))
        except ValueError:
            raise CellError("is not a date of the formats in dates, nor ISO 8601") from None


def _in_english(text: str, pattern: str) -> str:
    """Sáng and chiều, as a Vietnamese Excel writes them, are AM and PM for every ``%p``."""
    if "%p" not in pattern:
        return text
    return AFTERNOON.sub("PM", MORNING.sub("AM", text))


@lru_cache(maxsize=65_536)
def _instant_of_text(reader: TimeReader, text: str) -> datetime:
    """Exports repeat dates: parse each only once."""
    return reader.parse(text)
