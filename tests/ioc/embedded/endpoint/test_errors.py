"""Failures have ClickHouse's code, name and HTTP status."""

import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

from tests.ioc.embedded.endpoint.running import Running


@pytest.mark.parametrize(
    ("sql", "status", "code", "name"),
    [
        ("SELECT * FROM nowhere", 404, 60, "UNKNOWN_TABLE"),
        ("SELECT * FROM no_base.t", 404, 81, "UNKNOWN_DATABASE"),
        ("SELECT nothing", 404, 47, "UNKNOWN_IDENTIFIER"),
        ("SELECT no_such_function()", 404, 46, "UNKNOWN_FUNCTION"),
        ("SELEC 1", 400, 62, "SYNTAX_ERROR"),
        ("SELECT 1; SELECT 2", 400, 62, "SYNTAX_ERROR"),
        ("SELECT toUInt8('x')", 400, 6, "CANNOT_PARSE_TEXT"),
        ("SELECT 1 SETTINGS no_such = 1", 404, 115, "UNKNOWN_SETTING"),
        ("SELECT throwIf(1)", 500, 395, "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO"),
        ("SELECT {a:UInt8}", 500, 456, "UNKNOWN_QUERY_PARAMETER"),
        ("INSERT INTO nowhere FORMAT CSV\n1", 404, 60, "UNKNOWN_TABLE"),
        ("SELECT 1 FORMAT NoSuch", 404, 73, "UNKNOWN_FORMAT"),
        ("SELECT 1 INTO OUTFILE '/tmp/x'", 500, 358, "INTO_OUTFILE_NOT_ALLOWED"),
        (
            "SELECT sleepEachRow(1) FROM numbers(3) SETTINGS max_execution_time = 1",
            408,
            159,
            "TIMEOUT_EXCEEDED",
        ),
    ],
)
def test_codes(endpoint: Running, sql: str, status: int, code: int, name: str) -> None:
    reply = endpoint.http(sql, default_format="Native")
    text = reply.body.decode()
    assert (reply.status, reply.code) == (status, str(code))
    assert text.startswith(f"Code: {code}. DB::Exception: ")
    assert f"({name})" in text
    assert text.count("DB::Exception") == 1


def test_unknown_setting_in_the_url(endpoint: Running) -> None:
    reply = endpoint.http("SELECT 1", no_such=1)
    assert (reply.status, reply.code) == (404, "115")
    odd = endpoint.http("SELECT 1", params={"a = 1, b": 1})
    assert odd.code == "115"


def test_unknown_database(endpoint: Running) -> None:
    assert endpoint.http("SELECT 1", database="no`base").code == "81"


def test_get_never_writes(endpoint: Running, client: Client, table: str) -> None:
    assert endpoint.http(query=f"INSERT INTO {table} VALUES (1, '')").code == "164"
    assert endpoint.http(query=f"DROP TABLE {table}").code == "164"
    assert client.command(f"SELECT count() FROM {table}") == 0


def test_the_client_sees_the_code(client: Client) -> None:
    with pytest.raises(DatabaseError, match="code: 60"):
        client.query("SELECT * FROM nowhere")


def test_one_line_a_failure_and_no_secrets(endpoint: Running) -> None:
    endpoint.http("SELECT 'shown' FROM log_probe")
    endpoint.http("SELECT * FROM mysql('h:1', 'd', 'log_probe', 'u', 'hush')")
    endpoint.http("SELECT '" + "y" * 5000 + "' FROM log_probe_long")
    endpoint.http("SELECT 'log_probe works'")
    lines = [line for line in endpoint.log().splitlines() if "probe" in line or "yyy" in line]
    assert lines[0] == "WARNING user writer, error 60 UNKNOWN_TABLE: SELECT 'shown' FROM log_probe"
    assert all(len(line) < 400 for line in lines)
    assert "hush" not in endpoint.log()
    assert "works" not in endpoint.log()
