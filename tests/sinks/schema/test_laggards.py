"""The view of partitions that are too far behind the others of their feed."""

from clickhouse_connect.driver.client import Client

from contracts.messages import iso, position
from contracts.settings import Settings
from sinks.client import reader
from sinks.small_inserts import add_rows
from tests.sinks.stack import make_schema

NOW_MS = 1_795_143_600_000  # 2026-11-20 03:00:00 UTC
COLUMNS = ("feed", "generation", "partition", "version", "newest", "watermark", "emitted_at")


def progress(client: Client, feed: str, generation: int, behind_s: list[int | None]) -> None:
    """One partition after the other; None has had no event."""
    rows = [
        (
            *(feed, generation, partition, position(generation, 10), iso(NOW_MS)),
            "1970-01-01T00:00:00.000Z" if behind is None else iso(NOW_MS - behind * 1000),
            iso(NOW_MS),
        )
        for partition, behind in enumerate(behind_s)
    ]
    add_rows(client, "progress", rows, COLUMNS)


def test_those_far_behind_the_middle_one_are_named(client: Client, settings: Settings) -> None:
    make_schema(client, settings)
    progress(client, "press", 3, [0, 40, 7_200, 20, None])
    progress(client, "press", 2, [900_000] * 4)  # a log that has ended
    progress(client, "traffic", 3, [5_000, 5_010, 5_300, 0])  # by the middle one, not by a clock
    progress(client, "dossier", 3, [-2_000_000, 0, 10, 20])  # one is far ahead
    with reader(settings) as reading:
        found = reading.query("SELECT feed, partition, behind_s FROM laggards ORDER BY ALL")
        assert found.result_rows == [("press", 2, 7_180.0)]
