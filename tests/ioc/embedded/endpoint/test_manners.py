"""A server's behaviour beside queries: cancelling, methods, time limits, its own reads."""

import socket
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.ioc.embedded.endpoint.running import READER, SILENT_S, WRITER, Reply, Running
from tests.waiting import until, within

SLOW = "SELECT sum(sleepEachRow(0.1)) FROM numbers(400) SETTINGS max_block_size = 1"
READERS_SLOW = "SELECT sum(sleepEachRow(0.1)) FROM numbers(400)"
CANCELLED = "394"
OWN_READER = (READER[0], WRITER[1])
"""The stack's own parts read as the reader by the writer's password."""
HELD_UP_S = 4.0
"""Less than a second where nothing else runs on the machine (docs/clickhouse.md)."""


def running(pool: ThreadPoolExecutor, endpoint: Running, query_id: str) -> Future[Reply]:
    asked: dict[str, str | int] = {"query_id": query_id, "max_block_size": 1}
    answer = pool.submit(endpoint.http, READERS_SLOW, READER, None, asked)
    endpoint.await_begun(READERS_SLOW)
    return answer


@pytest.mark.parametrize("killer", [READER, WRITER])
def test_a_query_is_killed_by_the_clients_id(endpoint: Running, killer: tuple[str, str]) -> None:
    with ThreadPoolExecutor(1) as pool:
        answer = running(pool, endpoint, f"mine-{killer[0]}")
        kill = f"KILL QUERY WHERE query_id = 'mine-{killer[0]}' SYNC"
        killed = until(lambda: endpoint.http(kill, user=killer).body, "the query has begun")
        assert killed.startswith(f"waiting\tmine-{killer[0]}\t".encode())
        assert answer.result().code == CANCELLED
    none = endpoint.http("KILL QUERY WHERE query_id = 'nobody''s'", user=WRITER)
    assert (none.status, none.body) == (200, b"")


def test_a_reader_kills_no_others_query(endpoint: Running) -> None:
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(endpoint.http, SLOW, WRITER, None, {"query_id": "writers"})
        endpoint.await_begun(SLOW)
        assert endpoint.http("KILL QUERY WHERE query_id = 'writers'", user=READER).body == b""
        assert endpoint.http("KILL QUERY WHERE 1", user=READER).code == "164"
        assert not answer.done()
        kill = "KILL QUERY WHERE query_id = 'writers'"
        assert until(lambda: endpoint.http(kill, user=WRITER).body, "the query has begun")
        assert answer.result().code == CANCELLED


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(endpoint: Running, method: str) -> None:
    with socket.create_connection(("127.0.0.1", endpoint.port)) as client:
        head = f"{method} /?user=default HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n\r\n"
        client.sendall(head.encode() + b"SELECT 1")
        assert client.recv(1000).startswith(b"HTTP/1.1 405 ")


def test_a_request_that_stops_half_way_ends(endpoint: Running) -> None:
    """The endpoint of the tests waits for 5 s."""
    address = ("127.0.0.1", endpoint.port)
    half_head = socket.create_connection(address)
    half_head.sendall(b"POST / HTTP/1.1\r\nHost: loc")
    half_body = socket.create_connection(address)
    half_body.sendall(
        b"POST /?user=default HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\nSELECT 1"
    )
    for client in (half_head, half_body):
        client.settimeout(SILENT_S)
        answer = client.recv(1000)
        assert answer == b"" or b"No byte of the body came" in answer
        client.close()


def test_limits_are_those_of_a_server(endpoint: Running) -> None:
    at_most = endpoint.http("SELECT * FROM numbers(1000000) FORMAT Null", user=READER)
    assert at_most.status == 200
    beyond = endpoint.http("SELECT count() FROM (SELECT * FROM numbers(2000000))", user=READER)
    assert beyond.status == 200
    too_many = endpoint.http("SELECT * FROM numbers(1000001) FORMAT Null", user=READER)
    assert too_many.code == "396"


def test_br_is_refused_in_a_sentence(endpoint: Running, table: str) -> None:
    reply = endpoint.http(
        b"x", query=f"INSERT INTO {table} FORMAT TSV", headers={"Content-Encoding": "br"}
    )
    assert (reply.status, reply.code) == (501, "48")
    assert b"reads lz4, zstd, gzip, deflate" in reply.body


def test_long_reads_of_others_hold_up_no_part_of_the_stack(endpoint: Running) -> None:
    """More than there are threads, each as heavy as it may be."""
    heavy = "SELECT count() FROM numbers_mt(2000000000) WHERE NOT ignore(sipHash64(number))"
    with ThreadPoolExecutor(6) as pool:
        asked = {"max_execution_time": 12}
        hostile = [pool.submit(endpoint.http, heavy, READER, None, asked) for _ in range(6)]
        endpoint.await_begun(heavy)
        for own in (WRITER, OWN_READER):
            with within(HELD_UP_S):
                assert endpoint.http("SELECT 1", user=own).body == b"1\n"
        assert not all(each.done() for each in hostile)
        for each in hostile:
            assert each.result().code is not None


def test_the_own_reader_only_reads(endpoint: Running, table: str) -> None:
    assert endpoint.http(f"SELECT count() FROM {table}", user=OWN_READER).body == b"0\n"
    assert endpoint.http(f"DROP TABLE {table}", user=OWN_READER).code == "164"
