"""The last figure of each hour and day of a gauge, as the table of figures receives them."""

from typing import Any

from tests.sinks.audit.world import World, moment


def tell(world: World, end: str, value: float | None, version: int = 1, **changes: Any) -> None:
    row = {
        "indicator": "dossier.open", "district": "148", "horizon_s": 0,
        "window_end": moment(end), "as_of": moment(end), "value": value, "numerator": value,
        "denominator": None, "computed_at": moment("23:59:59"), "version": version,
    }  # fmt: skip
    world.insert("indicators", [{**row, **changes}])


def last(world: World, grain: str) -> list[tuple[str, float | None]]:
    sql = (
        "SELECT formatDateTime(period, '%d %H:%i', 'Asia/Ho_Chi_Minh'), value"
        " FROM gauge_rollups FINAL WHERE grain = {grain:String} ORDER BY period"
    )
    return [
        (period, value)
        for period, value in world.client.query(sql, parameters={"grain": grain}).result_rows
    ]


def test_an_hour_and_a_day_keep_their_last_figure(world: World) -> None:
    tell(world, "03:01:00", 5)
    tell(world, "04:00:00", 7)  # of the last minute of the hour before
    tell(world, "03:30:00", 6)  # emitted late: not the last
    tell(world, "17:00:00", 8)  # of the day's last minute in Vietnam
    tell(world, "17:01:00", 9)
    tell(world, "18:00:00", 3, horizon_s=300)  # no state
    assert last(world, "hour") == [("20 10:00", 7), ("20 23:00", 8), ("21 00:00", 9)]
    assert last(world, "day") == [("20 00:00", 8), ("21 00:00", 9)]


def test_of_the_same_minute_the_greater_version_counts(world: World) -> None:
    tell(world, "03:01:00", 5, version=2)
    tell(world, "03:01:00", None, version=3)
    tell(world, "03:01:00", 4, version=1)
    assert last(world, "hour") == [("20 10:00", None)]
