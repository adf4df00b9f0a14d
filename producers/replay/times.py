"""Instants from cells: Excel's and Parquet's own times, formats of the mapping, ISO 8601."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from producers.replay.cells import CellError
from producers.replay.records import Cell

TIME_DIRECTIVES = ("%H", "%I", "%c", "%X", "%M", "%S", "%p")


@dataclass(frozen=True)
class TimeReader:
    """Reads instants. ``formats`` are tried in order, then ISO 8601; ``zone`` is that of times
    without one; ``at`` the local time of dates that carry none.
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
            return self._in_utc(datetime.combine(cell, self.at))
        raise CellError("is not a date: give the column a date format in its file")

    def _in_utc(self, when: datetime) -> datetime:
        zoned = when if when.tzinfo else when.replace(tzinfo=self.zone)
        try:
            utc = zoned.astimezone(UTC)
        except OverflowError:
            raise CellError("is a date beyond all years") from None
        return utc.replace(microsecond=utc.microsecond // 1000 * 1000)

    def parse(self, text: str) -> datetime:
        """See ``instant``, of text."""
        for pattern in self.formats:
            try:
                read = datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone follows below
            except ValueError:
                continue
            has_time = any(directive in pattern for directive in TIME_DIRECTIVES)
            return self._in_utc(read if has_time else datetime.combine(read, self.at))
        try:
            return self._in_utc(datetime.combine(date.fromisoformat(text), self.at))
        except ValueError:
            pass
        try:
            return self._in_utc(datetime.fromisoformat(text))
        except ValueError:
            raise CellError("is not a date of the formats in dates, nor ISO 8601") from None


@lru_cache(maxsize=65_536)
def _instant_of_text(reader: TimeReader, text: str) -> datetime:
    """Exports repeat dates: parse each but once."""
    return reader.parse(text)
