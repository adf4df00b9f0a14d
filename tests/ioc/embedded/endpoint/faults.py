"""Faults while rows are inserted: what was answered as stored is stored, once and whole.

``python -m tests.ioc.embedded.endpoint.faults --faults 1000 --seed 1`` runs them over a small file
system of its own (root, Linux), and prints how many inserts were answered, and how many of them
were not stored.
"""

import argparse
import random
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from tests.ioc.embedded.endpoint.running import DATABASE, WRITER, Running
from tests.ioc.embedded.endpoint.small_disk import batch, fill, mounted, read_only

ROWS = 2000
FEW = 50
"""Few rows: the engine tests a damaged block for each flipped bit, in quadratic time."""
STEPS = ("half sent", "sent", "worked on", "answered")
LONGEST_S = 0.08
"""The longest time of such an insert."""


@dataclass
class Ledger:
    """The answers to inserts. An insert without an answer may be stored or not, but as a whole."""

    answered: set[int] = field(default_factory=set)
    others: set[int] = field(default_factory=set)

    def next(self) -> int:
        return len(self.answered) + len(self.others)

    def differences(self, endpoint: Running) -> list[str]:
        sql = f"SELECT intDiv(n, {ROWS}), count(), uniqExact(n), sum(length(s)) FROM t GROUP BY 1"
        reply = endpoint.http(f"{sql} FORMAT TSV")
        assert reply.status == 200, reply.body
        stored = {}
        for line in reply.body.decode().splitlines():
            number, *figures = map(int, line.split("\t"))
            stored[number] = figures
        whole = [ROWS, ROWS, 64 * ROWS]
        lost = [f"batch {n} was answered, and is not stored" for n in self.answered - stored.keys()]
        broken = [f"batch {n} is stored as {f}" for n, f in stored.items() if f != whole]
        return lost + broken


def insert(endpoint: Running, ledger: Ledger) -> bool:
    """Insert the next batch. True if the answer says that it is stored."""
    number = ledger.next()
    reply = endpoint.http(batch(number, ROWS), query="INSERT INTO t FORMAT JSONEachRow")
    (ledger.answered if reply.status == 200 else ledger.others).add(number)
    return reply.status == 200


def killed(endpoint: Running, ledger: Ledger, chance: random.Random, step: str) -> None:
    """The endpoint is killed in a step of an insert."""
    number, body = ledger.next(), batch(ledger.next(), ROWS)
    asked = urlencode({"query": "INSERT INTO t FORMAT JSONEachRow", "database": DATABASE})
    head = (
        f"POST /?{asked} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
        f"X-ClickHouse-User: {WRITER[0]}\r\nX-ClickHouse-Key: {WRITER[1]}\r\n\r\n"
    )
    answer = b""
    with socket.create_connection(("127.0.0.1", endpoint.port)) as client:
        client.sendall(head.encode() + body[: len(body) // 2 if step == "half sent" else None])
        if step == "worked on":
            time.sleep(chance.uniform(0, LONGEST_S))
        elif step == "answered":
            answer = client.recv(100)
        endpoint.kill()
        with suppress(ConnectionError):
            answer = answer or client.recv(100)  # it may have answered before it died
    is_stored = answer.startswith(b"HTTP/1.1 200 ")
    (ledger.answered if is_stored else ledger.others).add(number)


def full(endpoint: Running, ledger: Ledger, chance: random.Random, disk: Path) -> None:
    """The disk fills up, to some bytes; some inserts come; there is room again."""
    filler = fill(disk, chance.choice((0, 50_000, 100_000, 200_000, 400_000)))
    for _ in range(3):
        insert(endpoint, ledger)
    filler.unlink()


def unwritable(endpoint: Running, ledger: Ledger) -> None:
    """The folder can't be written for a while."""
    with read_only(endpoint.path):
        for _ in range(3):
            assert not insert(endpoint, ledger)


def damaged(disk: Path, chance: random.Random) -> list[str]:
    """A file of a stored part is damaged while nothing runs: reading it is an error."""
    with running(disk) as endpoint:
        endpoint.http(
            "CREATE OR REPLACE TABLE d (n UInt64, s String) ENGINE = MergeTree ORDER BY n"
        )
        reply = endpoint.http(batch(0, FEW), query="INSERT INTO d FORMAT JSONEachRow")
        assert reply.status == 200, reply.body
        found = endpoint.http("SELECT path FROM system.parts WHERE table = 'd' AND active").body
    file = Path(found.decode().strip()) / "data.bin"
    content = bytearray(file.read_bytes())
    content[chance.randrange(len(content))] ^= 0xFF
    file.write_bytes(content)
    with running(disk) as endpoint:
        reply = endpoint.http("SELECT count(), sum(n), sum(length(s)) FROM d")
        return [] if reply.status != 200 else [f"a damaged part is read as {reply.body!r}"]


@contextmanager
def running(disk: Path) -> Iterator[Running]:
    endpoint = Running(disk / "data")
    try:
        yield endpoint
    finally:
        endpoint.kill()


def run(disk: Path, faults: int, seed: int, in_a_row: int = 4) -> tuple[Counter[str], list[str]]:
    """How often which fault, with the inserts answered; and every difference that was found."""
    chance, ledger = random.Random(seed), Ledger()
    counts: Counter[str] = Counter()
    found: list[str] = []
    starts = 0
    while sum(counts.values()) < faults:
        with running(disk) as endpoint:
            endpoint.http(
                "CREATE TABLE IF NOT EXISTS t (n UInt64, s String) ENGINE = MergeTree ORDER BY n"
            )
            found += ledger.differences(endpoint)
            insert(endpoint, ledger)
            for kind in chance.choices(("full", "read-only"), k=chance.randint(0, in_a_row)):
                counts[kind] += 1
                if kind == "full":
                    full(endpoint, ledger, chance, disk)
                else:
                    unwritable(endpoint, ledger)
                found += ledger.differences(endpoint)
            step = STEPS[starts % len(STEPS)]
            counts[f"killed: {step}"] += 1
            killed(endpoint, ledger, chance, step)
        if starts % 8 == 1:
            counts["damaged"] += 1
            found += damaged(disk, chance)
        starts += 1
        if starts % 10 == 0:
            print(dict(counts), len(ledger.answered), found, flush=True)
    with running(disk) as endpoint:
        found += ledger.differences(endpoint)
        assert insert(endpoint, ledger), "it does not go on"
    counts["answered as stored"] = len(ledger.answered)
    counts["refused, or without an answer"] = len(ledger.others)
    return counts, found


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.ioc.embedded.endpoint.faults", description=__doc__
    )
    parser.add_argument("--faults", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--in-a-row", type=int, default=24, help="full or read-only between kills")
    given = parser.parse_args()
    with TemporaryDirectory() as folder, mounted(Path(folder), 512) as disk:
        counts, found = run(disk, given.faults, given.seed, given.in_a_row)
    print(", ".join(f"{name}: {count}" for name, count in counts.items()))
    print("\n".join(found) or "differences: 0")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
