"""Large results: in pieces, in bounded memory, stopped when nobody listens."""

import gzip
import socket
from contextlib import closing

import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import StreamFailureError

from tests.ioc.embedded.endpoint.running import WRITER, Running
from tests.waiting import until

TWO_MILLION = "SELECT number, repeat('x', 100) AS s FROM numbers(2000000)"


def test_two_million_rows_in_bounded_memory(endpoint: Running, client: Client) -> None:
    rows, total = 0, 0
    before = peak = endpoint.rss_mib()
    with client.query_row_block_stream(TWO_MILLION) as blocks:
        for block in blocks:
            rows += len(block)
            total += sum(row[0] for row in block)
            peak = max(peak, endpoint.rss_mib())
    assert (rows, total) == (2_000_000, 1_999_999_000_000)
    # The result is 218 MB; with a few pieces of it in memory it stays far below that.
    assert peak - before < 100


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_an_error_half_way_is_heard(endpoint: Running, encoding: str) -> None:
    sql = "SELECT throwIf(number = 3000000), rand64() FROM numbers(5000000) FORMAT RowBinary"
    request = (
        f"POST /?user={WRITER[0]}&password={WRITER[1]} HTTP/1.1\r\nHost: x\r\n"
        f"Accept-Encoding: {encoding}\r\nContent-Length: {len(sql)}\r\n\r\n{sql}"
    )
    with socket.create_connection(("127.0.0.1", endpoint.port)) as sock:
        sock.sendall(request.encode())
        reply = b"".join(iter(lambda: sock.recv(1 << 20), b""))
    head, _, body = reply.partition(b"\r\n\r\n")
    assert b"X-ClickHouse-Exception-Tag: " in head
    assert not body.endswith(b"0\r\n\r\n"), "the end mark would say that all is well"
    if encoding == "identity":
        assert b"Code: 395. DB::Exception: " in body[-1000:]


def test_the_client_hears_of_an_error_half_way(client: Client) -> None:
    sql = "SELECT throwIf(number = 3000000), rand64() FROM numbers(5000000)"
    with pytest.raises(StreamFailureError, match="throwIf"), client.query_rows_stream(sql) as rows:
        for _ in rows:
            pass


def test_wait_end_of_query_gives_a_clean_error(endpoint: Running) -> None:
    sql = "SELECT throwIf(number = 3000000), rand64() FROM numbers(5000000)"
    assert endpoint.http(sql, wait_end_of_query=1).code == "395"
    whole = endpoint.http(
        "SELECT number FROM numbers(2000000) FORMAT RowBinary", wait_end_of_query=1
    )
    assert len(whole.body) == 16_000_000


def test_compressed_answers(endpoint: Running) -> None:
    sql = "SELECT number FROM numbers(1000000) FORMAT RowBinary"
    packed = endpoint.http(sql, headers={"Accept-Encoding": "gzip"}, enable_http_compression=1)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(gzip.decompress(packed.body)) == 8_000_000
    plain = endpoint.http(sql, headers={"Accept-Encoding": "gzip"}, enable_http_compression=0)
    assert len(plain.body) == 8_000_000


def test_a_query_stops_when_its_client_leaves(endpoint: Running) -> None:
    sql = "SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1 -- abandoned"
    with closing(socket.create_connection(("127.0.0.1", endpoint.port))) as sock:
        head = f"POST /?user={WRITER[0]}&password={WRITER[1]} HTTP/1.1\r\nHost: x\r\n"
        sock.sendall(f"{head}Content-Length: {len(sql)}\r\n\r\n{sql}".encode())
        await_abandoned(endpoint, 1)
    await_abandoned(endpoint, 0)


def test_a_stream_stops_when_its_client_leaves(endpoint: Running) -> None:
    sql = "SELECT number FROM numbers(1000000000000) WHERE number >= 1 -- abandoned"
    with closing(socket.create_connection(("127.0.0.1", endpoint.port))) as sock:
        head = f"POST /?user={WRITER[0]}&password={WRITER[1]} HTTP/1.1\r\nHost: x\r\n"
        sock.sendall(f"{head}Content-Length: {len(sql)}\r\n\r\n{sql}".encode())
        assert sock.recv(1 << 20).startswith(b"HTTP/1.1 200")
        await_abandoned(endpoint, 1)
    await_abandoned(endpoint, 0)


def await_abandoned(endpoint: Running, count: int) -> None:
    """Wait until ``count`` abandoned queries run."""
    sql = "SELECT count() FROM system.processes WHERE query LIKE '%= 1 -- abandoned'"
    until(lambda: int(endpoint.http(sql).body) == count, f"{count} abandoned queries run")
