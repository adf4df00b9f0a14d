"""Readers beside a writer."""

import time
from concurrent.futures import ThreadPoolExecutor

from clickhouse_connect.driver.client import Client

from tests.ioc.embedded.endpoint.running import READER, WRITER, Running

SECONDS = 2.0


def read(client: Client, table: str, until: float) -> list[float]:
    """Milliseconds of each query; the values read never decrease."""
    taken, seen = [], 0
    while time.monotonic() < until:
        began = time.perf_counter()
        ((rows,),) = client.query(f"SELECT count() FROM {table}").result_rows
        taken.append((time.perf_counter() - began) * 1000)
        assert rows >= seen
        assert rows % 1000 == 0, "a block is seen whole or not at all"
        seen = rows
    return taken


def write(client: Client, table: str, until: float) -> int:
    rows = [(n, "x") for n in range(1000)]
    batches = 0
    while time.monotonic() < until:
        client.insert(table, rows, ["n", "s"])
        batches += 1
    return batches


def test_four_readers_beside_a_writer(endpoint: Running, client: Client, table: str) -> None:
    # The client library loads parts of itself at its first insert, which is not measured here.
    client.insert(table, [(n, "x") for n in range(1000)], ["n", "s"])
    clients = [endpoint.client(READER) for _ in range(4)]
    until = time.monotonic() + SECONDS
    with ThreadPoolExecutor(5) as pool:
        writer = pool.submit(write, client, table, until)
        readers = [pool.submit(read, reader, table, until) for reader in clients]
        taken = sorted(ms for reader in readers for ms in reader.result())
        batches = writer.result()
    assert batches >= 2
    assert len(taken) >= 20
    assert client.command(f"SELECT count() FROM {table}") == (batches + 1) * 1000


def test_a_short_read_does_not_wait_for_long_writes(endpoint: Running, table: str) -> None:
    slow = f"INSERT INTO {table} SELECT sleepEachRow(0.5), '' FROM numbers(4)"
    with ThreadPoolExecutor(4) as pool:
        writes = [pool.submit(endpoint.http, slow) for _ in range(4)]
        time.sleep(0.3)
        assert endpoint.http("SELECT 1").body == b"1\n"
        assert not any(write.done() for write in writes)


def test_a_huge_statement_is_refused_by_its_size(endpoint: Running) -> None:
    """Before anything reads it: 16 MB kept the endpoint busy for over a minute."""
    huge = b"SELECT 1 WHERE 1 IN (1" + b",1" * (4 << 20) + b")"
    for user in (READER, WRITER):
        began = time.monotonic()
        refused = endpoint.http(huge, user=user)
        assert (refused.status, refused.code) == (413, "229")
        assert time.monotonic() - began < 10


def test_what_the_engine_reads_is_served(endpoint: Running) -> None:
    body = b"SELECT 1 /*" + b"x" * 262_100 + b"*/"
    assert endpoint.http(body, user=READER).body == b"1\n"
    longer = b"SELECT 1 /*" + b"x" * 300_000 + b"*/"
    assert endpoint.http(longer).code == "229"
    assert endpoint.http(longer, max_query_size=400_000).body == b"1\n"
