"""Native with time zones, and with columns even without rows."""

import struct
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from clickhouse_connect.driver.client import Client

from ioc.embedded.endpoint.native import string
from tests.ioc.embedded.endpoint.running import READER, Running

ZONE = "Asia/Ho_Chi_Minh"
DAY = f"toDateTime('2026-11-20 00:00:00', '{ZONE}')"
SECONDS = int(datetime(2026, 11, 20, tzinfo=ZoneInfo(ZONE)).timestamp())
# Each precedes a time: its data has to be skipped.
BEFORE = [
    "number",
    "toString(number)",
    "repeat('x', number % 300)",
    "toFixedString('ab', 2)",
    "toDecimal128(1, 3)",
    "generateUUIDv4()",
    "toIntervalDay(1)",
    "CAST('a', 'Enum8(\\'a\\' = 1, \\'b), (\\' = 2)')",
    "if(number % 2, NULL, number)",
    "NULL",
    "range(number % 5)",
    "arrayMap(x -> [toString(x)], range(number % 5))",
    "map('k', number, 'l', 2)",
    "CAST((1, 'a'), 'Tuple(`a b` UInt8, c String)')",
    "toLowCardinality(toString(number % 300))",
    "CAST(if(number % 2, NULL, 'x'), 'LowCardinality(Nullable(String))')",
    "arrayMap(x -> toLowCardinality(toString(x)), range(number % 3))",
    "CAST([], 'Array(LowCardinality(String))')",
    "toDateTime64('2026-11-20 00:00:00', 3, 'Asia/Tokyo')",
    "CAST(number, 'SimpleAggregateFunction(max, UInt64)')",
    "CAST([('x', 1)], 'Array(Tuple(LowCardinality(String), UInt8))')",
    "CAST([('x', 1)], 'Nested(a LowCardinality(String), b UInt8)')",
]


def head(name: str, kind: str) -> bytes:
    return string(name) + string(kind)


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("rows", [1, 1000, 70_000])
def test_a_time_has_its_zone(endpoint: Running, before: str, rows: int) -> None:
    sql = f"SELECT {before} AS b, {DAY} AS d, number AS n FROM numbers({rows}) FORMAT Native"
    body = endpoint.http(sql, user=READER).body
    zoned = head("d", f"DateTime('{ZONE}')") + struct.pack("<I", SECONDS)
    assert body.count(zoned) >= 1
    assert head("d", "DateTime") not in body
    # All else is as the engine wrote it.
    plain = endpoint.http(sql.replace(DAY, f"toUInt32({SECONDS})"), user=READER).body
    if "UUID" not in before:
        assert body.replace(zoned[:-4], head("d", "UInt32")) == plain


def test_a_time_without_a_zone_stays_so(endpoint: Running) -> None:
    body = endpoint.http("SELECT toDateTime(0) AS d FORMAT Native", user=READER).body
    assert body == b"\x01\x01" + head("d", "DateTime") + bytes(4)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT {} AS d FORMAT Native",
        "SELECT {} AS d FORMAT Native SETTINGS max_threads = 1",
        "SELECT {} AS d SETTINGS max_threads = 1 FORMAT Native ; -- end",
        "WITH x AS (SELECT {} AS d) SELECT d FROM x UNION ALL SELECT d FROM x FORMAT Native -- end",
        "SELECT CAST({{p:String}}, 'DateTime(\\'Asia/Ho_Chi_Minh\\')') AS d FORMAT Native",
    ],
)
def test_wherever_the_format_stands(endpoint: Running, sql: str) -> None:
    """The types come from the query without its format."""
    reply = endpoint.http(sql.format(DAY), param_p="2026-11-20 00:00:00")
    assert head("d", f"DateTime('{ZONE}')") in reply.body, reply.body


def test_clients_see_local_days(reader: Client) -> None:
    ((day,),) = reader.query(f"SELECT {DAY} AS d").result_rows
    assert str(day) == "2026-11-20 00:00:00+07:00"
    frame = reader.query_df(f"SELECT {DAY} AS d, 'x' AS s FROM numbers(3)")
    assert [str(value) for value in frame["d"]] == ["2026-11-20 00:00:00+07:00"] * 3


def test_a_result_without_rows_has_columns(endpoint: Running, reader: Client) -> None:
    sql = f"SELECT number AS n, {DAY} AS d FROM numbers(3) WHERE 0"
    asked = f"{sql} FORMAT Native"
    body = endpoint.http(asked, user=READER, client_protocol_version=54460).body
    assert body == b"\x02\x00" + head("n", "UInt64") + head("d", f"DateTime('{ZONE}')")
    assert endpoint.http(asked, user=READER).body == b""
    assert reader.query(sql).column_names == (), "as its own tests have it"
    assert endpoint.http("SHOW TABLES LIKE 'no such' FORMAT Native", user=READER).body == b""
