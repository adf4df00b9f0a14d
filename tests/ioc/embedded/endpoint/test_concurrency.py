"""Readers beside a writer."""

from concurrent.futures import ThreadPoolExecutor

from clickhouse_connect.driver.client import Client

from tests.ioc.embedded.endpoint.running import READER, WRITER, Running
from tests.waiting import within

BATCHES, ROWS = 10, 1_000


def read(client: Client, table: str) -> int:
    """The number of queries until all rows are visible; their number never decreases."""
    queries = seen = 0
    while seen < (BATCHES + 1) * ROWS:
        ((rows,),) = client.query(f"SELECT count() FROM {table}").result_rows
        queries += 1
        assert rows >= seen
        assert rows % ROWS == 0, "a block is seen whole or not at all"
        seen = rows
    return queries


def test_four_readers_beside_a_writer(endpoint: Running, client: Client, table: str) -> None:
    batch = [(n, "x") for n in range(ROWS)]
    client.insert(table, batch, ["n", "s"])
    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read, endpoint.client(READER), table) for _ in range(4)]
        for _ in range(BATCHES):
            client.insert(table, batch, ["n", "s"])
        assert all(reader.result() >= 1 for reader in readers)


def test_a_short_read_does_not_wait_for_long_writes(endpoint: Running, table: str) -> None:
    slow = f"INSERT INTO {table} SELECT sleepEachRow(0.5), '' FROM numbers(4)"
    with ThreadPoolExecutor(4) as pool:
        writes = [pool.submit(endpoint.http, slow) for _ in range(4)]
        endpoint.await_begun("INSERT INTO")
        assert endpoint.http("SELECT 1").body == b"1\n"
        assert not any(write.done() for write in writes)


def test_a_huge_statement_is_refused_by_its_size(endpoint: Running) -> None:
    """Before anything reads it: 16 MB kept the endpoint busy for over a minute."""
    huge = b"SELECT 1 WHERE 1 IN (1" + b",1" * (4 << 20) + b")"
    for user in (READER, WRITER):
        with within(10):
            refused = endpoint.http(huge, user=user)
        assert (refused.status, refused.code) == (413, "229")


def test_what_the_engine_reads_is_served(endpoint: Running) -> None:
    body = b"SELECT 1 /*" + b"x" * 262_100 + b"*/"
    assert endpoint.http(body, user=READER).body == b"1\n"
    longer = b"SELECT 1 /*" + b"x" * 300_000 + b"*/"
    assert endpoint.http(longer).code == "229"
    assert endpoint.http(longer, max_query_size=400_000).body == b"1\n"
