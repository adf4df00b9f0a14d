"""Inserts: every Python type, every format and encoding, and the rows after a failure."""

import gzip
import socket
import uuid
import zlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from ipaddress import IPv4Address
from urllib.parse import urlencode

import lz4.frame  # type: ignore[import-untyped]
import pytest
from clickhouse_connect.driver.client import Client

from ioc.embedded.endpoint.compression import zstd
from tests.ioc.embedded.endpoint.running import Running
from tests.waiting import until

LINES = b'{"n":1,"s":"a"}\n{"n":2,"s":"Ho\xcc\x80a"}\n'


def count(client: Client, table: str) -> tuple[int, int]:
    """Rows, and the sum of n."""
    ((rows, total),) = client.query(f"SELECT count(), sum(n) FROM {table}").result_rows
    return rows, total


def test_python_types(client: Client) -> None:
    columns = {
        "u": ("UInt64", 2**64 - 1),
        "i": ("Int8", -128),
        "f": ("Float64", 0.1),
        "d": ("Decimal(18, 4)", Decimal("12.3456")),
        "s": ("String", "nul \0 quote ' tab \t Hòa Bình"),
        "l": ("LowCardinality(String)", "148"),
        "n": ("Nullable(Int32)", None),
        "b": ("Bool", True),
        "day": ("Date", date(2025, 7, 1)),
        "at": ("DateTime64(3, 'Asia/Ho_Chi_Minh')", datetime(2025, 7, 1, 1, 2, 3, 456_000, UTC)),
        "id": ("UUID", uuid.UUID("12345678-1234-5678-1234-567812345678")),
        "a": ("Array(Nullable(Int16))", [1, None, 3]),
        "m": ("Map(String, UInt8)", {"x": 1, "y": 2}),
        "t": ("Tuple(String, Int8)", ("z", -1)),
        "e": ("Enum8('red' = 1, 'green' = 2)", "green"),
        "ip": ("IPv4", IPv4Address("10.0.0.1")),
    }
    declared = ", ".join(f"{name} {kind}" for name, (kind, _) in columns.items())
    client.command("DROP TABLE IF EXISTS types")
    client.command(f"CREATE TABLE types ({declared}) ENGINE = MergeTree ORDER BY u")
    row = [value for _, value in columns.values()]
    client.insert("types", [row], column_names=list(columns))
    assert client.query("SELECT * FROM types").result_rows == [tuple(row)]


@pytest.mark.parametrize("compression", ["lz4", "zstd", "gzip", False])
def test_100k_rows(endpoint: Running, table: str, compression: str | bool) -> None:
    client = endpoint.client()
    client.write_compression = compression or None  # type: ignore[assignment]
    summary = client.insert(table, [(n, str(n)) for n in range(100_000)], ["n", "s"])
    assert summary.written_rows == 100_000
    assert count(client, table) == (100_000, 4_999_950_000)


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("zstd", zstd.compress),
        ("lz4", lz4.frame.compress),
    ],
)
def test_raw_insert_compressed(
    client: Client, table: str, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    # Two frames in a row are one body, as clickhouse-connect sends one a block.
    body = pack(LINES) + pack(b'{"n":10}') if encoding != "deflate" else pack(LINES + b'{"n":10}')
    client.raw_insert(table, ["n", "s"], body, fmt="JSONEachRow", compression=encoding)
    assert count(client, table) == (3, 13)


@pytest.mark.parametrize(
    ("form", "data"),
    [
        ("JSONEachRow", LINES),
        ("CSV", b'1,"a"\n2,"b"\n'),
        ("TSV", b"1\ta\n2\tb\n"),
        ("TabSeparated", b"1\ta\n2\tb"),
        ("RowBinary", b"\x01\0\0\0\x01'\x02\0\0\0\x02\n;"),
        ("Values", b"(1, 'FORMAT CSV'), (1 + 1, ';')"),
        ("JSONCompactEachRow", b'[1,"a"]\n[2,"b"]'),
    ],
)
def test_formats(endpoint: Running, client: Client, table: str, form: str, data: bytes) -> None:
    statement = f"INSERT INTO {table} (n, s) FORMAT {form}"
    assert endpoint.http(data, query=statement).status == 200
    assert endpoint.http(f"{statement}\n".encode() + data).status == 200
    assert count(client, table) == (4, 6)


def test_values(endpoint: Running, client: Client, table: str) -> None:
    client.command(f"INSERT INTO {table} VALUES (1, 'a;b'), (2, 'it''s')")
    bound = endpoint.http(f"INSERT INTO {table} VALUES ({{n:UInt32}}, 'c')", param_n=4)
    assert bound.status == 200
    assert count(client, table) == (3, 7)


def test_insert_select(client: Client, table: str) -> None:
    done = client.command(f"INSERT INTO {table} SELECT number, '' FROM numbers(5)")
    assert getattr(done, "written_rows", None) == 5
    assert count(client, table) == (5, 10)


def test_a_body_of_many_pieces(endpoint: Running, client: Client, table: str) -> None:
    body = b"".join(b'{"n":%d,"s":"%s"}\n' % (n, b"x" * 100) for n in range(50_000))
    assert len(body) > 5 << 20
    assert endpoint.http(body, query=f"INSERT INTO {table} FORMAT JSONEachRow").status == 200
    assert count(client, table) == (50_000, 1_249_975_000)


def test_an_error_in_the_data_leaves_nothing(endpoint: Running, client: Client, table: str) -> None:
    body = LINES * 1000 + b'{"n":"three"}\n'
    reply = endpoint.http(body, query=f"INSERT INTO {table} FORMAT JSONEachRow")
    assert (reply.status, reply.code) == (400, "27")
    assert count(client, table) == (0, 0)


def test_half_a_native_block_leaves_nothing(endpoint: Running, client: Client, table: str) -> None:
    block = endpoint.http(
        "SELECT toUInt32(number) AS n, '' AS s FROM numbers(9) FORMAT Native"
    ).body
    statement = f"INSERT INTO {table} FORMAT Native"
    reply = endpoint.http(block[:-4], query=statement)
    assert (reply.status, reply.code) == (500, "33")
    assert count(client, table) == (0, 0)
    assert endpoint.http(block, query=statement).status == 200
    assert count(client, table) == (9, 36)


def test_half_an_upload_leaves_nothing(endpoint: Running, client: Client, table: str) -> None:
    line = b'{"n":1,"s":"a"}\n'
    url = urlencode({"query": f"INSERT INTO {table} FORMAT JSONEachRow", "user": "default"})
    head = (
        f"POST /?{url} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(line) * 300_000}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", endpoint.port)) as sock:
        sock.sendall(head.encode() + line * 200_000)
    running = f"SELECT count() FROM system.processes WHERE startsWith(query, 'INSERT INTO {table}')"
    until(lambda: client.command(running) == 0, "the insert ends")
    assert count(client, table) == (0, 0)


def test_a_broken_encoding_is_refused(endpoint: Running, client: Client, table: str) -> None:
    statement = f"INSERT INTO {table} FORMAT JSONEachRow"
    cut = endpoint.http(
        zstd.compress(LINES)[:-3], query=statement, headers={"Content-Encoding": "zstd"}
    )
    noise = endpoint.http(b"noise", query=statement, headers={"Content-Encoding": "gzip"})
    unknown = endpoint.http(LINES, query=statement, headers={"Content-Encoding": "snappy"})
    assert [reply.code for reply in (cut, noise, unknown)] == ["271", "271", "48"]
    assert count(client, table) == (0, 0)


@pytest.mark.parametrize("form", ["JSONEachRow", "Values"])
@pytest.mark.parametrize("settings", [{}, {"async_insert": 1, "wait_for_async_insert": 0}])
def test_a_row_that_breaks_a_constraint_is_answered_with_the_error(
    endpoint: Running, client: Client, table: str, form: str, settings: dict[str, int]
) -> None:
    client.command(f"ALTER TABLE {table} ADD CONSTRAINT small CHECK n < 10")
    data = b'{"n":1}\n{"n":50}\n' if form == "JSONEachRow" else b"(1, ''), (50, '')"
    reply = endpoint.http(data, query=f"INSERT INTO {table} FORMAT {form}", params=settings)
    assert (reply.status, reply.code) == (500, "469")
    assert count(client, table) == (0, 0)


def test_an_insert_of_too_many_parts_is_answered_with_the_error(
    endpoint: Running, client: Client
) -> None:
    client.command("DROP TABLE IF EXISTS few")
    client.command(
        "CREATE TABLE few (n UInt32) ENGINE = MergeTree ORDER BY n "
        "SETTINGS parts_to_throw_insert = 1, parts_to_delay_insert = 0"
    )
    client.command("SYSTEM STOP MERGES few")
    replies = [endpoint.http(b"%d\n" % n, query="INSERT INTO few FORMAT TSV") for n in range(3)]
    answered = sum(reply.status == 200 for reply in replies)
    assert replies[-1].code == "252"
    assert client.command("SELECT count() FROM few") == answered


def test_settings_of_the_statement_hold(endpoint: Running, client: Client, table: str) -> None:
    head = f"INSERT INTO {table} (n, s) SETTINGS input_format_csv_skip_first_lines = 1"
    assert endpoint.http(f"{head} FORMAT CSV\nn,s\n7,a\n").status == 200
    assert count(client, table) == (1, 7)


def test_an_insert_without_rows(endpoint: Running, client: Client, table: str) -> None:
    assert endpoint.http(b"", query=f"INSERT INTO {table} FORMAT JSONEachRow").status == 200
    assert count(client, table) == (0, 0)
