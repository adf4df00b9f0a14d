"""A hostile reader holds up no part of the stack, and takes no more than its share."""

import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest

from benchmarks import attacks
from ioc.embedded.endpoint.statement import insert_head, inserts, reads, tail
from tests.ioc.embedded.endpoint.running import DATABASE, READER, WRITER, Running
from tests.waiting import until, within

HELD_UP_S = 4.0
"""Less than a second where nothing else runs on the machine (docs/clickhouse.md)."""
AT_ONCE = 60
"""Ten more than there are places, since the question whether all are taken needs one too."""
MOST = attacks.LARGEST_STATEMENT - 100
TOO_MANY, CANNOT_DECOMPRESS, READONLY = "202", "271", "164"

ENDLESS = [
    b"SELECT '" + b"\\'" * (MOST // 2) + b"\\",
    b"SELECT " + b"'" * (MOST | 1),
    b"/**/" * (MOST // 4),
    b"SELECT format x " + b"/**/" * (MOST // 4) + b"y",
    b"SELECT 1 " + b"/*" * (MOST // 2),
    b"KILL QUERY WHERE query_id = 'x'" + b" " * MOST + b"!",
    b"SELECT displayName(), version(), revision(), timezone()" + b" " * MOST + b"!",
    b"SET a = '" + b"''" * (MOST // 2),
    b"SET a = 1" + b" " * MOST + b"!",
    b"USE " + b" " * MOST + b"!",
    b" " * MOST,
    b"( " * (MOST // 2),
]
"""Statements over which a search goes back and tries again, if it can."""


@pytest.mark.parametrize("number", range(len(ENDLESS)))
def test_no_statement_keeps_the_endpoint_busy(endpoint: Running, number: int) -> None:
    with within(30):
        reply = endpoint.http(ENDLESS[number], READER, client_protocol_version=54_460)
    assert reply.status != 200


@pytest.mark.parametrize("number", range(len(ENDLESS)))
def test_no_head_takes_long(number: int) -> None:
    with within(10):
        for look in (tail, reads, inserts, insert_head):
            look(ENDLESS[number])


@contextmanager
def asked(endpoint: Running, request: bytes, times: int) -> Iterator[list[socket.socket]]:
    """Send the request over ``times`` connections; nobody reads the answers."""
    with ExitStack() as stack:
        clients = []
        for _ in range(times):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", endpoint.port)))
            client.sendall(request)
            clients.append(client)
        yield clients


def query(sql: str) -> bytes:
    """A request of the reader with a password."""
    return attacks.post(sql.encode(), "", user=READER[0], password=READER[1], database=DATABASE)


def test_long_statements_hold_up_no_insert(endpoint: Running, table: str) -> None:
    """Cutting them into tokens took 0.4 s each, on threads that inserts needed too."""
    statement = b"SELECT 1 WHERE 1 IN (1" + b",1" * (MOST // 2 - 20) + b")"
    with ThreadPoolExecutor(20) as pool:
        hostile = [pool.submit(endpoint.http, statement, READER) for _ in range(40)]
        for _ in range(3):
            with within(HELD_UP_S):
                stored = endpoint.http("1\ta\n", WRITER, query=f"INSERT INTO {table} FORMAT TSV")
            assert stored.status == 200
        for each in hostile:
            each.result()


def test_readers_have_as_many_places_as_on_a_server(endpoint: Running) -> None:
    slow = "SELECT sum(sleepEachRow(0.1)) FROM numbers(400)"
    with asked(endpoint, query(slow), AT_ONCE):
        refused = until(lambda: endpoint.http("SELECT 1", READER).code, "all places are taken")
        assert refused == TOO_MANY
        assert endpoint.http("SELECT 1", WRITER).status == 200
        own_reader = (READER[0], WRITER[1])
        assert endpoint.http("SELECT 1", own_reader).status == 200
    until(lambda: endpoint.http("SELECT 1", READER).status == 200, "places are free again")


@pytest.mark.parametrize("form", ["TSV", "JSON"])
def test_an_answer_that_nobody_takes_ends(endpoint: Running, form: str) -> None:
    """The endpoint of the tests waits for 5 s."""
    large = f"SELECT repeat('x', 100) AS never_taken FROM numbers(900000) FORMAT {form}"
    with asked(endpoint, query(large), AT_ONCE):
        until(lambda: endpoint.http("SELECT 1", READER).code == TOO_MANY, "all places are taken")
        until(lambda: endpoint.http("SELECT 1", READER).status == 200, "places are free again")


def test_a_reader_has_no_more_threads_than_the_machine(endpoint: Running) -> None:
    seen = endpoint.http("SELECT getSetting('max_threads')", READER, max_threads=1000)
    assert int(seen.body) == os.cpu_count()


def test_a_readers_block_unpacks_to_little(endpoint: Running) -> None:
    head, _, body = attacks.packed().partition(b"\r\n\r\n")
    assert head.startswith(b"POST ")
    refused = endpoint.http(body, READER, decompress=1)
    assert refused.code == CANNOT_DECOMPRESS
    assert b"a block of " in refused.body


def test_a_readers_form_is_small(endpoint: Running) -> None:
    for rows, user, status in (
        (1 << 20, READER, 200),
        (3 << 20, READER, 413),
        (3 << 20, WRITER, 200),
    ):
        body = attacks.form(rows).partition(b"\r\n\r\n")[2]
        kind = {"Content-Type": "multipart/form-data; boundary=edge"}
        url = {"query": "SELECT count() FROM t", "t_structure": "n UInt8"}
        assert endpoint.http(body, user, kind, url).status == status


def test_a_reader_can_not_insert_at_all(endpoint: Running, table: str) -> None:
    for sql in (f"INSERT INTO {table} FORMAT TSV\n1\ta", f"/**/insert into {table} select 1, ''"):
        assert endpoint.http(sql, READER).code == READONLY
