"""Queries as clients send them."""

import base64
import json
import shutil
import struct
import subprocess
from datetime import UTC, datetime
from urllib.request import urlopen

import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.external import ExternalData

from ioc.embedded.endpoint.compression import zstd
from tests.ioc.embedded.endpoint.running import DATABASE, WRITER, Running


def test_rows_and_columns(client: Client) -> None:
    result = client.query("SELECT number AS n, toString(number * 2) AS s FROM numbers(3)")
    assert result.column_names == ("n", "s")
    assert result.result_rows == [(0, "0"), (1, "2"), (2, "4")]


def test_select_1_names_its_column_1(client: Client) -> None:
    assert client.query("SELECT 1").column_names == ("1",)


def test_empty_result(client: Client) -> None:
    assert client.query("SELECT 1 AS a WHERE 0").result_rows == []


def test_columns_only(client: Client) -> None:
    assert client.query("SELECT 1 AS a, 'x' AS b LIMIT 0").column_names == ("a", "b")


@pytest.mark.parametrize(
    ("declared", "value", "expected"),
    [
        ("UInt32", 7, 7),
        ("String", 'it\'s \\ a\ttab\nand "more" Hòa Bình', 'it\'s \\ a\ttab\nand "more" Hòa Bình'),
        ("Array(String)", ["a'b", "c"], ["a'b", "c"]),
        (
            "DateTime('UTC')",
            datetime(2025, 7, 1, 6, 30, tzinfo=UTC),
            datetime(2025, 7, 1, 6, 30),  # noqa: DTZ001 - as the client gives UTC back
        ),
        ("Nullable(Int8)", None, None),
    ],
)
def test_parameters(client: Client, declared: str, value: object, expected: object) -> None:
    result = client.query(f"SELECT {{p:{declared}}}", parameters={"p": value})
    assert result.result_rows == [(expected,)]


def test_settings_hold_for_one_query(client: Client) -> None:
    asked = "SELECT getSetting('max_block_size')"
    assert client.query(asked, settings={"max_block_size": 1234}).first_row == (1234,)
    assert client.query(asked).first_row != (1234,)


def test_database(endpoint: Running, client: Client) -> None:
    client.command("CREATE DATABASE IF NOT EXISTS other")
    assert endpoint.http("SELECT currentDatabase()", database="other").body == b"other\n"
    by_header = endpoint.http(
        "SELECT currentDatabase()", headers={"X-ClickHouse-Database": "other"}
    )
    assert by_header.body == b"other\n"
    assert client.command("SELECT currentDatabase()") == DATABASE


def test_query_in_url_body_or_both(endpoint: Running) -> None:
    assert endpoint.http(query="SELECT 1").body == b"1\n"
    assert endpoint.http("SELECT 2").body == b"2\n"
    assert endpoint.http(" 4", query="SELECT 3 +").body == b"7\n"


def test_url_parameter_binding(endpoint: Running) -> None:
    assert endpoint.http("SELECT {a:UInt8} + 1", param_a=4).body == b"5\n"


def test_formats(endpoint: Running) -> None:
    reply = endpoint.http("SELECT 1 AS a", default_format="JSONEachRow")
    assert reply.body == b'{"a":1}\n'
    assert reply.headers["X-ClickHouse-Format"] == "JSONEachRow"
    reply = endpoint.http("SELECT 1 AS a -- FORMAT XML\nFORMAT CSVWithNames", default_format="JSON")
    assert reply.body == b'"a"\n1\n'
    assert reply.headers["X-ClickHouse-Format"] == "CSVWithNames"


def test_a_format_with_head_and_foot_stays_one_document(endpoint: Running) -> None:
    reply = endpoint.http(
        "SELECT number AS n FROM numbers(200000) FORMAT JSON", max_block_size=1000
    )
    document = json.loads(reply.body)
    assert document["rows"] == 200_000
    assert document["data"][-1] == {"n": 199_999}


def test_totals_are_kept(endpoint: Running) -> None:
    sql = "SELECT number % 2 AS k, count() FROM numbers(4) GROUP BY k WITH TOTALS ORDER BY k"
    assert endpoint.http(sql).body == b"0\t2\n1\t2\n\n0\t4\n"


def test_headers(endpoint: Running) -> None:
    reply = endpoint.http("SELECT number FROM numbers(3)", query_id="mine")
    assert reply.headers["X-ClickHouse-Query-Id"] == "mine"
    assert reply.headers["X-ClickHouse-Timezone"] == "UTC"
    assert reply.headers["X-ClickHouse-Server-Display-Name"]
    summary = json.loads(reply.headers["X-ClickHouse-Summary"])
    assert (summary["read_rows"], summary["result_rows"], summary["written_rows"]) == (
        "3",
        "3",
        "0",
    )


def test_sessions_are_tolerated(endpoint: Running) -> None:
    reply = endpoint.http("SELECT 1", session_id="s", session_timeout=60, session_check=0)
    assert reply.body == b"1\n"


def test_liveness(endpoint: Running) -> None:
    assert endpoint.http(user=("nobody", "asked")).body == b"Ok.\n"
    assert endpoint.http(b"").code == "62", "a POST must say something"
    for path in ("ping", "replicas_status"):
        with urlopen(f"{endpoint.url}{path}", timeout=30) as answer:
            assert answer.read() == b"Ok.\n"


def test_a_request_as_curl_makes_it(endpoint: Running) -> None:
    basic = base64.b64encode(":".join(WRITER).encode()).decode()
    headers = {
        "Authorization": f"Basic {basic}",
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": "curl/7.88.1",
    }
    plain = endpoint.http("SELECT 'Hòa Bình'", user=None, headers=headers)
    assert plain.body.decode() == "Hòa Bình\n"
    headers["Accept-Encoding"] = "deflate, gzip, br, zstd"
    packed = endpoint.http("SELECT sum(number) FROM numbers(101)", user=None, headers=headers)
    assert packed.headers["Content-Encoding"] == "zstd"
    assert zstd.decompress(packed.body) == b"5050\n"


@pytest.mark.skipif(shutil.which("curl") is None, reason="nobody has to have curl")
def test_curl(endpoint: Running) -> None:
    curl = ["curl", "--silent", "--user", ":".join(WRITER), endpoint.url]
    plain = [*curl, "--data", "SELECT 'Hòa Bình'"]
    assert subprocess.run(plain, capture_output=True, check=True).stdout.decode() == "Hòa Bình\n"
    packed = [*curl, "--compressed", "--data-binary", "SELECT sum(number) FROM numbers(101)"]
    assert subprocess.run(packed, capture_output=True, check=True).stdout == b"5050\n"


def test_form_fields_and_external_table(client: Client) -> None:
    table = ExternalData(
        file_name="ext.csv", data=b"1,a\n2,b\n", fmt="CSV", structure="n UInt8, s String"
    )
    found = client.query(
        "SELECT sum(n), max(s) FROM ext WHERE n < {top:UInt8}", {"top": 9}, external_data=table
    )
    assert found.result_rows == [(3, "b")]


def test_the_go_drivers_greeting(endpoint: Running) -> None:
    sql = "SELECT displayName(), version(), revision(), timezone()"
    body = endpoint.http(sql, client_protocol_version=54460, default_format="Native").body
    # block info, 4 columns, 1 row, then each: name, type, no custom serialization, value
    assert body.startswith(
        b"\x01\x00\x02\xff\xff\xff\xff\x00\x04\x01\x0ddisplayName()\x06String\x00"
    )
    assert b"\x0arevision()\x06UInt32\x00" + struct.pack("<I", 0) in body
    assert body.endswith(b"\x0atimezone()\x06String\x00\x03UTC")
    assert endpoint.http(sql.replace("displayName(), ", "")).body.count(b"\t") == 2


def test_times_are_utc(client: Client) -> None:
    row = client.query(
        "SELECT timezone(), serverTimezone(), toUnixTimestamp('1970-01-02 00:00:00')"
    )
    assert row.first_row == ("UTC", "UTC", 86_400)
