"""The newest figures: a unit's last one is valid up to the province's newest window."""

from clickhouse_connect.driver.client import Client

from contracts.messages import iso, parse_iso
from contracts.settings import Settings
from sinks.client import reader
from sinks.small_inserts import add_rows
from tests.sinks.stack import make_schema

MINUTE_MS = 60_000
START_MS = parse_iso("2026-11-23T09:00:00.000Z")
COLUMNS = ("indicator", "district", "horizon_s", "window_end", "as_of", "value", "computed_at")


def tell(client: Client, unit: str, minute: int, value: float, horizon_s: int = 300) -> None:
    end_ms = START_MS + minute * MINUTE_MS
    made = iso(end_ms + 2_000)
    row = ("press.articles", unit, horizon_s, iso(end_ms), iso(end_ms - 5_000), value, made, minute)
    add_rows(client, "indicators", [row], (*COLUMNS, "version"))


def minutes_of(settings: Settings, horizon_s: int) -> dict[str, tuple[float, ...]]:
    """By unit: value, then window, moment, computation and version in minutes from the start."""
    with reader(settings) as client:
        rows = client.query(
            "SELECT district, value, toUnixTimestamp64Milli(toDateTime64(window_end, 3)),"
            " toUnixTimestamp64Milli(as_of) + 5000, toUnixTimestamp64Milli(computed_at) - 2000,"
            f" version FROM indicator_latest WHERE horizon_s = {horizon_s}"
        ).result_rows
    return {
        unit: (value, *((at_ms - START_MS) / MINUTE_MS for at_ms in times), version)
        for unit, value, *times, version in rows
    }


def test_a_figure_that_was_not_told_again_is_as_new_as_the_province(
    client: Client, settings: Settings
) -> None:
    make_schema(client, settings)
    tell(client, "148", 5, 3)
    tell(client, "150", 9, 4)
    tell(client, "17", 5, 7)
    tell(client, "17", 8, 7)
    tell(client, "148", 5, 2, horizon_s=3_600)  # of another horizon nothing more is known
    assert minutes_of(settings, 300) == {
        "148": (3, 8, 8, 8, 8),
        "150": (4, 9, 9, 9, 9),  # emitted already, the province's is not yet
        "17": (7, 8, 8, 8, 8),
    }
    assert minutes_of(settings, 3_600) == {"148": (2, 5, 5, 5, 5)}


def test_the_view_of_an_earlier_version_is_replaced(client: Client, settings: Settings) -> None:
    make_schema(client, settings)
    database = settings.clickhouse_database
    client.command(
        f"CREATE OR REPLACE VIEW {database}.indicator_latest AS"
        f" SELECT * FROM {database}.indicator_current FINAL"
    )
    make_schema(client, settings)
    tell(client, "148", 5, 3)
    tell(client, "17", 8, 3)
    assert minutes_of(settings, 300)["148"] == (3, 8, 8, 8, 8)
