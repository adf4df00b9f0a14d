"""Requests of a hostile reader: ``python -m benchmarks.attacks NAME PORT SECONDS``.

Each attack keeps some connections busy for as long as it lasts, as a reader without a password.
"""

import argparse
import gzip
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

import lz4.block  # type: ignore[import-untyped]
from clickhouse_cityhash.cityhash import CityHash128

READER = "ioc_reader"
SILENT_S = 5.0
PAUSE_S = 0.5
LARGEST_STATEMENT = 262_144


@dataclass(frozen=True)
class Attack:
    """``request`` is sent over each of so many connections, again and again.

    ``drip`` sends it by a byte each half second; ``read`` says whether answers are read.
    """

    request: Callable[[], bytes]
    connections: int
    drip: bool = False
    read: bool = True


def post(body: bytes, headers: str = "", **url: str | int) -> bytes:
    """A request of the reader."""
    asked = urlencode({"user": READER} | url)
    head = f"POST /?{asked} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
    return f"{head}{headers}\r\n".encode() + body


def long_list() -> bytes:
    """A statement with as many tokens as allowed."""
    start = b"SELECT 1 WHERE 1 IN (1"
    return post(start + b",1" * ((LARGEST_STATEMENT - len(start) - 2) // 2) + b")")


def signs() -> bytes:
    """A statement that is not SQL, with one token a byte."""
    return post(b"SELECT " + b"(" * (LARGEST_STATEMENT - 10))


def words() -> bytes:
    """A statement of words that look like its end."""
    return post(b"SELECT " + b"format x " * ((LARGEST_STATEMENT - 10) // 9))


def heads() -> bytes:
    """The head of an insert that never ends."""
    return post(b"INSERT INTO t (" + b"a," * 60_000)


def heavy() -> bytes:
    """A query that takes as much CPU as allowed."""
    sql = "SELECT count() FROM numbers_mt(2000000000) WHERE NOT ignore(sipHash64(number))"
    return post(sql.encode(), max_threads=1000)


def memory() -> bytes:
    """A query that takes as much memory as allowed, as long as allowed."""
    return post(b"SELECT length(groupArray(number)), sleep(3) FROM numbers(40000000)")


def document() -> bytes:
    """The largest result that is built as a whole."""
    return post(b"SELECT repeat('x', 2000) FROM numbers(1000000) FORMAT JSON")


def stream() -> bytes:
    """The largest result that comes in pieces."""
    return post(b"SELECT repeat('x', 2000) FROM numbers(1000000) FORMAT TSV")


def packed() -> bytes:
    """A block that unpacks to 64 MB."""
    packed = lz4.block.compress(bytes((64 << 20) - 1), store_size=False)
    body = struct.pack("<BII", 0x82, 9 + len(packed), (64 << 20) - 1) + packed
    high, low = divmod(CityHash128(body), 1 << 64)
    return post(struct.pack("<QQ", high, low) + body, decompress=1)


def zipped() -> bytes:
    """A statement that unpacks to 64 MB."""
    return post(gzip.compress(b"SELECT 1" + bytes(64 << 20)), "Content-Encoding: gzip\r\n")


def form(rows: int = 50 << 20) -> bytes:
    """A query with an external table of 100 MB."""
    edge = "edge"
    part = 'Content-Disposition: form-data; name="t"; filename="t"'
    body = f"--{edge}\r\n{part}\r\n\r\n".encode() + b"1\n" * rows + b"\r\n--edge--\r\n"
    kind = f"Content-Type: multipart/form-data; boundary={edge}\r\n"
    return post(body, kind, query="SELECT count() FROM t", t_structure="n UInt8", t_format="TSV")


def long_url() -> bytes:
    """A statement in a URL of a megabyte."""
    return post(b"", query="SELECT 1 /*" + "x" * 1_000_000 + "*/")


def small() -> bytes:
    """The cheapest query."""
    return post(b"SELECT 1")


def kills() -> bytes:
    """KILL QUERY for queries that do not exist."""
    return post(b"KILL QUERY WHERE query_id = 'x'")


def constants() -> bytes:
    """A constant expression. The engine evaluates it first, and nothing can interrupt that."""
    return post(b"SELECT length(arrayMap(x -> sipHash64(x), range(10000000)))")


ATTACKS = {
    "none": Attack(small, 0),
    "long lists": Attack(long_list, 50),
    "only signs": Attack(signs, 50),
    "only words": Attack(words, 50),
    "heads of inserts": Attack(heads, 50),
    "heavy reads": Attack(heavy, 8),
    "memory": Attack(memory, 8),
    "constants": Attack(constants, 8),
    "large documents": Attack(document, 8),
    "large results that nobody reads": Attack(stream, 200, read=False),
    "packed blocks": Attack(packed, 20),
    "packed statements": Attack(zipped, 20),
    "forms": Attack(form, 20),
    "long addresses": Attack(long_url, 20),
    "small queries": Attack(small, 50),
    "kills": Attack(kills, 50),
    "half requests": Attack(small, 1000, drip=True),
    "idle connections": Attack(small, 3000, read=False),
}


def keep(attack: Attack, port: int, until_s: float, request: bytes) -> None:
    """Keep one connection busy."""
    while time.monotonic() < until_s:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), SILENT_S) as client:
            client.settimeout(max(0.1, until_s - time.monotonic()))
            for piece in pieces(request, drip=attack.drip):
                client.sendall(piece)
                if attack.drip:
                    time.sleep(PAUSE_S)
                    if time.monotonic() > until_s:
                        return
            if attack.read:
                client.recv(1 << 16)
            else:
                time.sleep(max(0.0, until_s - time.monotonic()))
        time.sleep(0.001)


def pieces(request: bytes, *, drip: bool) -> Iterator[bytes]:
    """The request in the pieces in which it is sent."""
    return (request[at : at + 1] for at in range(len(request))) if drip else iter((request,))


def main() -> int:
    """Attack for the given time."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.attacks", description=__doc__)
    parser.add_argument("name", choices=ATTACKS)
    parser.add_argument("port", type=int)
    parser.add_argument("seconds", type=float)
    given = parser.parse_args()
    attack = ATTACKS[given.name]
    request = attack.request()
    until_s = time.monotonic() + given.seconds
    with ThreadPoolExecutor(max(1, attack.connections)) as pool:
        for _ in range(attack.connections):
            pool.submit(keep, attack, given.port, until_s, request)
    return 0


if __name__ == "__main__":
    sys.exit(main())
