"""No setting of the engine reaches beyond a reader's result: all that it knows are tried."""

from pathlib import Path
from typing import NamedTuple

import pytest
from clickhouse_connect.driver.client import Client

from ioc.embedded.endpoint.reader_settings import HARMLESS, LIMITS
from tests.ioc.embedded.endpoint.running import READER, Running

# Allowed settings of free text, all reviewed: none names anything outside the result.
FREE_TEXT = {
    "bool_false_representation",
    "bool_true_representation",
    "format_csv_null_representation",
    "format_tsv_null_representation",
    "log_comment",
    "output_format_avro_codec",
    "output_format_orc_writer_time_zone_name",
    "output_format_pretty_grid_charset",
    "output_format_sql_insert_table_name",
}


# Parameters of the protocol that the engine knows as settings too; they are not passed on as such.
PROTOCOL = {"database", "default_format"}


class Known(NamedTuple):
    """A setting of the engine."""

    name: str
    type: str
    value: str


@pytest.fixture(scope="module")
def known(client: Client) -> list[Known]:
    rows = client.query("SELECT name, type, default FROM system.settings").result_rows
    assert len(rows) > 1000
    return [Known(*row) for row in rows]


def test_every_setting_that_is_not_listed_is_refused(endpoint: Running, known: list[Known]) -> None:
    passed = [
        setting.name
        for setting in known
        if setting.name not in HARMLESS | LIMITS.keys() | PROTOCOL | {"readonly"}
        and endpoint.http("SELECT 1", user=READER, params={setting.name: setting.value}).code
        != "164"
    ]
    assert passed == []


def test_every_listed_setting_is_known_and_passes(endpoint: Running, known: list[Known]) -> None:
    values = {setting.name: setting.value for setting in known}
    assert HARMLESS - values.keys() == set()
    for name in sorted(HARMLESS):
        reply = endpoint.http("SELECT 1", user=READER, params={name: values[name]})
        assert (reply.status, name) == (200, name), reply.body


def test_no_listed_setting_takes_a_path(known: list[Known]) -> None:
    assert {
        setting.name for setting in known if setting.name in HARMLESS and setting.type == "String"
    } == FREE_TEXT


def test_no_format_writes_a_file_that_a_setting_names(
    endpoint: Running, client: Client, tmp_path: Path
) -> None:
    target = tmp_path / "target"
    formats = client.query("SELECT name FROM system.formats WHERE is_output").result_columns[0]
    for name in formats:
        endpoint.http(
            f"SELECT 1 AS x FORMAT {name}",
            user=READER,
            params=dict.fromkeys(FREE_TEXT, str(target)),
        )
        assert not target.exists(), name


@pytest.mark.parametrize(
    "sent",
    [
        # clickhouse-connect, and its results for pandas
        {
            "wait_end_of_query": 1,
            "enable_http_compression": 1,
            "send_progress_in_http_headers": 1,
            "http_headers_progress_interval_ms": 120_000,
            "cancel_http_readonly_queries_on_client_close": 1,
            "output_format_arrow_string_as_string": 1,
            "client_protocol_version": 54_405,
        },
        # Go, and Grafana through it
        {"client_protocol_version": 54_460, "max_execution_time": 65, "max_block_size": 65_505},
        # Node
        {"enable_http_compression": 1, "output_format_json_quote_64bit_integers": 0},
        # Java
        {
            "output_format_binary_write_json_as_string": 1,
            "http_write_exception_in_output_format": 0,
            "session_timezone": "Asia/Ho_Chi_Minh",
            "max_result_rows": 1000,
            "async_insert": 0,
        },
    ],
)
def test_what_clients_send_by_themselves_passes(
    endpoint: Running, sent: dict[str, str | int]
) -> None:
    assert endpoint.http("SELECT 1", user=READER, params=sent).status == 200
