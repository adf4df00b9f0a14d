"""Readers beside a writer."""

import time
from concurrent.futures import ThreadPoolExecutor

from clickhouse_connect.driver.client import Client

from tests.endpoint.running import READER, Running

SECONDS = 2.0


def read(client: Client, table: str, until: float) -> list[float]:
    """Milliseconds of each query; what is read never goes back."""
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
    # The client library loads parts of itself at its first insert: not what is measured here.
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
