"""The schema as ClickHouse has it after the real statements ran."""

import math
from dataclasses import replace
from datetime import date
from typing import Annotated, Literal

import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from pydantic import Field, SecretStr

from contracts.errors import UnavailableError
from contracts.events.event import Event
from contracts.feed import Feed
from contracts.indicators.formulas import CountOf
from contracts.indicators.indicator import Indicator, Measurement
from contracts.indicators.measures import Count
from contracts.reference.province import load_reference
from contracts.registry import FEEDS
from contracts.settings import Settings
from ioc.embedded.ports import free_port
from sinks.client import writer
from sinks.errors import SchemaError
from sinks.schema.apply import apply


class Reading(Event):
    feed: Literal["gauge"]
    kind: Literal["reading"]
    level: Annotated[int, Field(ge=0, le=200)]
    station: Literal["north", "south"]


class WiderReading(Reading):
    rain_mm: Annotated[float, Field(ge=0, description="rain, mm")]


class RetypedReading(Event):
    feed: Literal["gauge"]
    kind: Literal["reading"]
    level: Annotated[float, Field(ge=0, le=200)]
    station: Literal["north", "south"]


class ShrunkReading(Event):
    feed: Literal["gauge"]
    kind: Literal["reading"]
    station: Literal["north", "south"]


class Outage(Event):
    feed: Literal["gauge"]
    kind: Literal["outage"]
    station: Literal["north", "south"]


def feed_of(event_type: object) -> Feed:
    measure = Count("readings", frozenset({"reading"}))
    indicator = Indicator("readings", "Số đo", "Số đo.", Measurement.COUNT, CountOf("readings"))
    return Feed(
        name="gauge",
        title="Mực nước",
        event_type=event_type,
        measures=(measure,),
        indicators=(indicator,),
        stale_s=60,
        headline=("readings",),
        headline_horizon_s=300,
    )


def migrate(client: Client, settings: Settings, *feeds: Feed) -> list[str]:
    return apply(client, settings, feeds, load_reference(settings))


def column_types(client: Client, table: str) -> dict[str, str]:
    sql = "SELECT name, type FROM system.columns WHERE database = {d:String} AND table = {t:String}"
    found = client.query(sql, parameters={"d": client.database, "t": table})
    return dict(found.result_rows)  # type: ignore[arg-type]


def definitions(client: Client) -> list[tuple[str, str]]:
    sql = "SELECT name, create_table_query FROM system.tables WHERE database = {d:String}"
    found = client.query(sql, parameters={"d": client.database}).result_rows
    return sorted((str(name), str(definition)) for name, definition in found)


def test_second_apply_changes_nothing(client: Client, settings: Settings) -> None:
    first = migrate(client, settings, *FEEDS)
    assert {"events_traffic", "panes", "state", "units", "indicator_catalog"} <= set(first)
    parts = "SELECT count() FROM system.parts WHERE database = {d:String}"
    before = client.query(parts, parameters={"d": client.database}).result_rows
    assert migrate(client, settings, *FEEDS) == []
    assert client.query(parts, parameters={"d": client.database}).result_rows == before


def test_every_table_and_column_says_what_it_is(reading: Client) -> None:
    where = {"d": reading.database}
    tables = "SELECT name, comment FROM system.tables WHERE database = {d:String}"
    assert [name for name, said in reading.query(tables, where).result_rows if not said] == []
    columns = "SELECT table, name, comment FROM system.columns WHERE database = {d:String}"
    found = reading.query(columns, where).result_rows
    assert len(found) > 100
    assert [(table, name) for table, name, said in found if not said] == []


def test_traffic_archive_has_the_columns_of_its_contract(reading: Client) -> None:
    assert column_types(reading, "events_traffic") == {
        "event_id": "UUID",
        "district": "LowCardinality(String)",
        "occurred_at": "DateTime64(3, 'UTC')",
        "source": "String",
        "feed": "LowCardinality(String)",
        "camera_id": "String",
        "road": "String",
        "kind": "LowCardinality(String)",
        "lane": "Nullable(UInt8)",
        "vehicle_class": "LowCardinality(Nullable(String))",
        "speed_kmh": "Nullable(Float64)",
        "limit_kmh": "Nullable(UInt8)",
        "violation": "LowCardinality(Nullable(String))",
        "confidence": "Nullable(Float64)",
        "plate_token": "Nullable(String)",
        "detection_id": "Nullable(UUID)",
        "detected_at": "Nullable(DateTime64(3, 'UTC'))",
        "review": "LowCardinality(Nullable(String))",
        "generation": "UInt32",
        "partition": "UInt16",
        "offset": "UInt64",
        "late": "Bool",
        "beyond": "Bool",
        "archived_at": "DateTime64(3, 'UTC')",
    }


def test_columns_of_other_feeds(reading: Client) -> None:
    expected = {
        ("dossier", "fee_vnd"): "Nullable(UInt64)",
        ("dossier", "agency"): "LowCardinality(String)",
        ("dossier", "level"): "LowCardinality(String)",
        ("dossier", "received_at"): "DateTime64(3, 'UTC')",
        ("dossier", "paid_online"): "Nullable(Bool)",
        ("eoffice", "electronic"): "Bool",
        ("eoffice", "signed"): "Nullable(Bool)",
        ("eoffice", "due_at"): "Nullable(DateTime64(3, 'UTC'))",
        ("press", "reach"): "UInt32",
        ("press", "duplicate_of"): "Nullable(String)",
    }
    found = {feed: column_types(reading, f"events_{feed}") for feed, _ in expected}
    assert {(feed, name): found[feed][name] for feed, name in expected} == expected


def test_new_field_becomes_a_column_that_is_null_for_old_rows(
    client: Client, settings: Settings
) -> None:
    migrate(client, settings, feed_of(Reading))
    client.command("INSERT INTO events_gauge (kind, level) VALUES ('reading', 7)")
    assert migrate(client, settings, feed_of(WiderReading)) == ["events_gauge"]
    assert column_types(client, "events_gauge")["rain_mm"] == "Nullable(Float64)"
    assert client.query("SELECT level, rain_mm FROM events_gauge").result_rows == [(7, None)]
    assert migrate(client, settings, feed_of(WiderReading)) == []


def test_new_kind_without_a_field_makes_its_column_nullable(
    client: Client, settings: Settings
) -> None:
    migrate(client, settings, feed_of(Reading))
    client.command("INSERT INTO events_gauge (kind, level) VALUES ('reading', 7)")
    with_outages = feed_of(Annotated[Reading | Outage, Field(discriminator="kind")])
    assert migrate(client, settings, with_outages) == ["events_gauge"]
    assert column_types(client, "events_gauge")["level"] == "Nullable(UInt8)"
    assert client.query("SELECT level FROM events_gauge").result_rows == [(7,)]
    assert migrate(client, settings, with_outages) == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (RetypedReading, "column level of table events_gauge is UInt8.*now makes it Float64"),
        (ShrunkReading, "events_gauge has the column level, which the contract.*no longer names"),
    ],
)
def test_a_change_that_would_bend_data_is_refused_and_nothing_altered(
    client: Client, settings: Settings, changed: object, sentence: str
) -> None:
    migrate(client, settings, feed_of(Reading))
    before = definitions(client)
    with pytest.raises(SchemaError, match=sentence):
        migrate(client, settings, *FEEDS, feed_of(changed))
    assert definitions(client) == before


def test_retention_follows_the_settings(client: Client, settings: Settings) -> None:
    migrate(client, settings, *FEEDS)
    shorter = settings.model_copy(update={"ttl_rejects_days": 11})
    assert migrate(client, shorter, *FEEDS) == ["reject_replays", "rejects"]
    after = dict(definitions(client))
    assert "toDateTime(rejected_at) + toIntervalDay(11)" in after["rejects"]
    assert "toDateTime(replayed_at) + toIntervalDay(11)" in after["reject_replays"]


def test_dimensions_equal_the_files_and_follow_them(client: Client, settings: Settings) -> None:
    migrate(client, settings, *FEEDS)
    province = "SELECT name_vi, kind, parent, population, lat FROM units WHERE code = '17'"
    assert client.query(province).result_rows == [
        ("Tỉnh Hòa Bình", "province", "", 871_724, 20.686)
    ]
    reference = load_reference(settings)
    systems = client.query("SELECT system, platform, name_vi FROM platform_systems").result_rows
    wanted = [(each.system, each.platform, each.name_vi) for each in reference.platform]
    assert sorted(map(tuple, systems)) == sorted(wanted)
    fewer = replace(reference, agencies=reference.agencies[1:])
    changed = apply(client, settings, FEEDS, fewer)
    assert changed == ["agencies"]
    slugs = [row[0] for row in client.query("SELECT slug FROM agencies").result_rows]
    assert sorted(slugs) == sorted(agency.slug for agency in fewer.agencies)


def test_catalog_tells_thresholds_and_horizons(reading: Client) -> None:
    row = reading.query(
        "SELECT feed, title, measurement, better, good, warn, decimals, is_gauge, horizons, "
        "stale_s FROM indicator_catalog WHERE id = 'traffic.cameras_online'"
    ).result_rows[0]
    assert row == (
        *("traffic", "Camera hoạt động", "share", "higher", 0.95, 0.85, 1, True, [0], 30),
    )
    flow = "SELECT good, warn, horizons FROM indicator_catalog WHERE id = 'traffic.flow'"
    assert reading.query(flow).result_rows == [(None, None, [300, 3600, 86400])]


def test_formulas_name_the_parts_of_panes(reading: Client) -> None:
    sql = "SELECT id, formula, numerator, denominator, scale, part, quantile, width "
    sql += "FROM indicator_formulas WHERE id IN {ids:Array(String)} ORDER BY id"
    ids = ["dossier.days_mean", "dossier.days_p90", "dossier.open", "press.outlets", "traffic.flow"]
    assert reading.query(sql, {"ids": ids}).result_rows == [
        ("dossier.days_mean", "ratio", "resolved_seconds", "resolved", 86_400, "", 0, 0),
        ("dossier.days_p90", "quantile", "", "", 1, "resolved_half_days", 0.9, 0.5),
        ("dossier.open", "state", "", "", 1, "", 0, 0),
        ("press.outlets", "distinct", "", "", 1, "outlets", 0, 0),
        ("traffic.flow", "rate", "detections", "", 1, "", 0, 0),
    ]


def test_holidays_have_names_and_days_in_lieu(reading: Client) -> None:
    sql = "SELECT day, name_vi, in_lieu FROM holidays WHERE toYear(day) = 2026 AND toMonth(day) = 4"
    assert reading.query(f"{sql} ORDER BY day").result_rows == [
        (date(2026, 4, 26), "Giỗ Tổ Hùng Vương", False),
        (date(2026, 4, 27), "Giỗ Tổ Hùng Vương", True),
        (date(2026, 4, 30), "Ngày Giải phóng miền Nam", False),
    ]


def test_a_change_of_tables_is_noted_among_the_operations(
    client: Client, settings: Settings
) -> None:
    migrate(client, settings, *FEEDS)
    migrate(client, settings, *FEEDS)
    rows = client.query("SELECT kind, part, detail FROM operations").result_rows
    assert [(kind, part) for kind, part, _ in rows] == [("schema", "schema")]
    assert "events_traffic" in rows[0][2]


def test_floats_come_back_to_the_last_bit(client: Client, settings: Settings) -> None:
    migrate(client, settings, feed_of(WiderReading))
    values = [math.pi * 10**-n + n / 7 for n in range(200)]
    rows = ",".join(f'{{"event_id":"{n:032x}","rain_mm":{v!r}}}' for n, v in enumerate(values))
    client.raw_insert(
        "events_gauge", None, rows, settings={"precise_float_parsing": 1}, fmt="JSONEachRow"
    )
    got = client.query("SELECT rain_mm FROM events_gauge ORDER BY toString(event_id)").result_rows
    assert [row[0] for row in got] == values


def test_reader_reads_and_cannot_write(reading: Client) -> None:
    assert reading.query("SELECT count() FROM feeds").result_rows == [(len(FEEDS),)]
    with pytest.raises(ClickHouseError, match=r"(?i)readonly|read-only"):
        reading.command("DROP TABLE feeds")


def test_nobody_home_is_one_sentence_without_the_password(settings: Settings) -> None:
    nowhere = settings.model_copy(update={"clickhouse_port": free_port()})
    with pytest.raises(UnavailableError) as caught:
        writer(nowhere)
    assert f"127.0.0.1:{nowhere.clickhouse_port}" in str(caught.value)
    assert "IOC_CLICKHOUSE_PORT" in str(caught.value)
    assert "w-secret" not in str(caught.value)


def test_wrong_password_is_one_sentence_without_it(settings: Settings) -> None:
    wrong = settings.model_copy(update={"clickhouse_password": SecretStr("wr0ng-one")})
    with pytest.raises(UnavailableError, match="does not let the user ioc_writer in") as caught:
        writer(wrong)
    assert "wr0ng-one" not in str(caught.value)
