"""A database as workers and sinks leave it, row by row; nothing of their code but roll-ups."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from clickhouse_connect.driver.client import Client

from sinks.rollups.rolling import roll_up
from sinks.rollups.spans import hour_of
from tests.contracts.samples import SAMPLES

GENERATION = 3
DAY = "2026-11-20"
READ_LIKE_THE_SINK = {"date_time_input_format": "best_effort", "precise_float_parsing": 1}
Histograms = dict[str, dict[int, int]]


def moment(clock: str, day: str = DAY) -> str:
    """An instant of that day in UTC; a complete instant stays."""
    return clock if "T" in clock else f"{day}T{clock}Z"


def version(offset: int, generation: int = GENERATION) -> int:
    return generation * 2**40 + offset


class World:
    """Writes what tests name; events of a feed stand at offsets 0, 1, 2, … of partition 0."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._offsets: dict[str, int] = {}
        self._ids = 0

    def insert(self, table: str, rows: Sequence[dict[str, Any]]) -> None:
        body = b"\n".join(map(orjson.dumps, rows))
        self.client.raw_insert(
            table, list(rows[0]), body, settings=READ_LIKE_THE_SINK, fmt="JSONEachRow"
        )

    def event(self, feed: str, kind: str, occurred_at: str, **fields: Any) -> dict[str, Any]:
        """An accepted event at the next offset; ``fields`` may name another, and another id."""
        self._ids += 1
        place = {
            "generation": GENERATION,
            "partition": 0,
            "offset": self._offsets.get(feed, 0),
            "late": False,
        }
        times = {
            name: moment(str(at)) for name, at in fields.items() if name.endswith("_at") and at
        }
        row: dict[str, Any] = {
            **SAMPLES[feed, kind],
            "event_id": str(UUID(int=self._ids)),
            "occurred_at": moment(occurred_at),
            **place,
            **fields,
            **times,
        }
        if row["generation"] == GENERATION:
            self._offsets[feed] = max(self._offsets.get(feed, 0), row["offset"] + 1)
        self.insert(f"events_{feed}", [row])
        return row

    def reject(self, feed: str, offset: int | None = None, reason: str = "malformed") -> None:
        place = self._offsets.get(feed, 0) if offset is None else offset
        self._offsets[feed] = max(self._offsets.get(feed, 0), place + 1)
        row = {
            "feed": feed, "topic": f"ioc.events.{feed}.v1", "generation": GENERATION,
            "partition": 0, "offset": place, "reason": reason, "detail": "made so",
            "raw_base64": "", "published_at": moment("03:00:00"), "rejected_at": now(),
        }  # fmt: skip
        self.insert("rejects", [row])

    def progress(self, feed: str, upto: int | None = None, **changes: Any) -> None:
        """Write progress: by default up to the last offset."""
        offset = self._offsets[feed] - 1 if upto is None else upto
        row = {
            "feed": feed, "generation": GENERATION, "partition": 0, "version": version(offset),
            "newest": moment("03:00:00"), "watermark": moment("03:00:00"), "accepted": 0,
            "rejected": 0, "duplicates": 0, "late": 0, "emitted_at": now(),
        }  # fmt: skip
        self.insert("progress", [{**row, **changes}])

    def pane(
        self,
        feed: str,
        clock: str,
        counts: dict[str, int],
        histograms: Histograms | None = None,
        sets: dict[str, list[str]] | None = None,
        *,
        upto: int | None = None,
        district: str = "148",
        day: str = DAY,
    ) -> None:
        """A pane, by default with the version of the last offset; its hour follows."""
        row = {
            "feed": feed,
            "district": district,
            "pane": moment(f"{clock}:00", day),
            "version": version(self._offsets.get(feed, 1) - 1 if upto is None else upto),
            "counts": counts,
            "histograms": {
                name: {str(bin_): count for bin_, count in bins.items()}
                for name, bins in (histograms or {}).items()
            },
            "sets": sets or {},
            "emitted_at": now(),
        }
        self.insert("panes", [row])
        minute = int(datetime.fromisoformat(str(row["pane"])).timestamp()) // 60
        roll_up(self.client, [hour_of(feed, district, minute)])

    def delete(self, table: str, where: str) -> None:
        self.client.command(f"ALTER TABLE {table} DELETE WHERE {where} SETTINGS mutations_sync = 2")


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
