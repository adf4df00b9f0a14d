"""Seconds for which a hostile reader of the embedded ClickHouse delays the stack's own parts.

Meanwhile the parts read and insert over open connections, and ping over new ones. The CPU time of
the attack itself adds to the delay.
"""

import argparse
import subprocess
import sys
import time
from collections import defaultdict
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlencode
from urllib.request import urlopen

from benchmarks.attacks import ATTACKS, READER
from benchmarks.process import memory_mb
from contracts.errors import IocError
from ioc.embedded.ports import answers, free_port

WRITER, PASSWORD = "ioc_writer", "secret"
START_S, LONGEST_S = 60.0, 120.0
PAUSE_S = 0.1
ROWS = b"".join(b'{"n":%d,"s":"%d"}\n' % (n, n) for n in range(100))


class Stack:
    """An endpoint with the users of `ioc up`."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        users = (f"{WRITER}:{PASSWORD}:own", f"{READER}:{PASSWORD}:readonly:own")
        options = [f"--user={user}" for user in (*users, f"{READER}::readonly")]
        command = ["--readable=ioc", f"--port={self.port}", f"--path={folder}", *options]
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "ioc.embedded.endpoint", *command], stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + START_S
        while not answers("127.0.0.1", self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise IocError("the embedded ClickHouse did not start")
            time.sleep(0.1)
        self.connections = {
            user: HTTPConnection("127.0.0.1", self.port, LONGEST_S) for user in (READER, WRITER)
        }
        self.ask(WRITER, b"CREATE DATABASE ioc", database="default")
        self.ask(WRITER, b"CREATE TABLE t (n UInt64, s String) ENGINE = MergeTree ORDER BY n")

    def ask(self, user: str, body: bytes, database: str = "ioc", query: str = "") -> bytes:
        """Send a query as a part of the stack. Raises IocError for an error."""
        url = urlencode({"user": user, "password": PASSWORD, "database": database, "query": query})
        connection = self.connections[user]
        connection.request("POST", f"/?{url}", body)
        response = connection.getresponse()
        answer = response.read()
        if response.status != HTTPStatus.OK:
            raise IocError(answer.decode())
        return answer

    def ping(self) -> None:
        """Ping over a new connection."""
        urlopen(f"http://127.0.0.1:{self.port}/ping", timeout=LONGEST_S).close()


def measure(stack: Stack, attack: str, seconds: float) -> dict[str, list[float]]:
    """The seconds of each request, by kind; infinite for a failed one."""
    attacker = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "benchmarks.attacks", attack, str(stack.port), str(seconds)]
    )
    questions = {
        "read": lambda: stack.ask(READER, b"SELECT count(), max(s) FROM t"),
        "insert": lambda: stack.ask(WRITER, ROWS, query="INSERT INTO t FORMAT JSONEachRow"),
        "ping": stack.ping,
    }
    took: dict[str, list[float]] = defaultdict(list)
    while attacker.poll() is None:
        for name, question in questions.items():
            began = time.monotonic()
            try:
                question()
            except (OSError, HTTPException, IocError) as error:
                print(f"  {name}: {error}")
                took[name].append(float("inf"))
            else:
                took[name].append(time.monotonic() - began)
        time.sleep(PAUSE_S)
    return took


def main() -> int:
    """Print median and maximum of each kind of request under each attack."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile", description=__doc__)
    parser.add_argument("--seconds", type=float, default=15.0, help="of each attack")
    parser.add_argument("--only", choices=ATTACKS, action="append")
    given = parser.parse_args()
    questions = ("read", "insert", "ping")
    print("| attack |", *(f"{name} median / max s |" for name in questions), "peak MB |")
    print("|---" * (len(questions) + 2) + "|")
    for attack in given.only or ATTACKS:
        with TemporaryDirectory(prefix="ioc-hostile-") as folder:
            stack = Stack(Path(folder) / "data")
            try:
                took = measure(stack, attack, given.seconds)
                peak = memory_mb(stack.process.pid, "VmHWM")
            finally:
                stack.process.kill()
                stack.process.wait()
        figures = (f"{median(took[name]):.2f} / {max(took[name]):.2f} |" for name in questions)
        print(f"| {attack} |", *figures, f"{peak:.0f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
