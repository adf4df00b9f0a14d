"""A real endpoint in a process of its own, and a bare HTTP client for it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import clickhouse_connect
from clickhouse_connect.driver.client import Client

from ioc.embedded.ports import free_port
from tests.waiting import until

WRITER = ("writer", "w-secret")
READER = ("reader", "r-secret")
DATABASE = "lab"
"""The one that the reader sees, as on a server; `default` holds the files of the machine."""
START_S = 120.0
SILENT_S = 300.0
"""Longest wait for a byte: a busy machine is slow."""


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def code(self) -> str | None:
        return self.headers.get("X-ClickHouse-Exception-Code")


def command(port: int, path: Path) -> list[str]:
    own = ":".join((READER[0], WRITER[1], "readonly", "own"))
    users = [":".join((*WRITER, "own")), ":".join((*READER, "readonly")), own, "default:"]
    options = [f"--readable={DATABASE}", "--receive-s=5", *(f"--user={user}" for user in users)]
    return [
        sys.executable,
        "-m",
        "ioc.embedded.endpoint",
        f"--port={port}",
        f"--path={path}",
        *options,
    ]


class Running:
    """One endpoint process; only this very process is ever signalled."""

    def __init__(self, path: Path, *options: str) -> None:
        self.path = path
        self.port = free_port()
        self._log = (path.parent / f"{path.name}.log").open("ab+")
        self._process = subprocess.Popen([*command(self.port, path), *options], stderr=self._log)
        try:
            self._wait()
            made = self.http(f"CREATE DATABASE IF NOT EXISTS {DATABASE}", database="default")
            assert made.status == 200, made.body
        except BaseException:  # whatever it was, also Ctrl-C: no process may stay
            self.kill()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def _wait(self) -> None:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                urlopen(f"{self.url}ping", timeout=1).close()
            except OSError:  # none listens yet, or a busy machine is slow to answer
                time.sleep(0.05)
            else:
                return
        raise AssertionError(f"the endpoint did not start: {self.log()}")

    def log(self) -> str:
        self._log.seek(0)
        return self._log.read().decode()

    def client(self, user: tuple[str, str] = WRITER) -> Client:
        return clickhouse_connect.get_client(
            host="127.0.0.1",
            port=self.port,
            username=user[0],
            password=user[1],
            database=DATABASE,
            autogenerate_session_id=False,
        )

    def http(
        self,
        body: str | bytes | None = None,
        user: tuple[str, str] | None = WRITER,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str | int] | None = None,
        **url: str | int,
    ) -> Reply:
        """POST `body`, or GET when there is none, with `params` and `url` as parameters, over
        DATABASE where they name none."""
        data = body.encode() if isinstance(body, str) else body
        given = {"X-ClickHouse-Database": DATABASE, **(headers or {})}
        if user:
            given |= {"X-ClickHouse-User": user[0], "X-ClickHouse-Key": user[1]}
        request = Request(
            f"{self.url}?{urlencode({**(params or {}), **url})}", data=data, headers=given
        )
        try:
            with urlopen(request, timeout=SILENT_S) as response:
                return Reply(response.status, dict(response.headers), response.read())
        except HTTPError as error:
            return Reply(error.code, dict(error.headers), error.read())

    def await_begun(self, statement: str) -> None:
        """Returns when the engine is at work on the statement."""
        begun = f"SELECT count() FROM system.processes WHERE startsWith(query, '{statement}')"
        until(lambda: self.http(begun).body != b"0\n", "the query has begun")

    def rss_mib(self) -> float:
        """Resident memory of the process."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise AssertionError("no VmRSS")

    def stop(self) -> int:
        """SIGTERM; gives the exit status."""
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(timeout=SILENT_S)
        finally:
            self.kill()

    def kill(self) -> None:
        """SIGKILL, if it still runs."""
        if self._process.poll() is None:
            os.kill(self.pid, signal.SIGKILL)
            self._process.wait()
        self._log.close()
