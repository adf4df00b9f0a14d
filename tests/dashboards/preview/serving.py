"""The preview as a process, over a folder of dashboards and a ClickHouse endpoint of its own."""

import base64
import json
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from tests.e2e.running import Part, ioc_environment

DATABASE = "ioc"
"""The database of the panels of tests, unless they name another; the reader may read it."""


@dataclass(frozen=True)
class Reply:
    """An answer of the page's server."""

    status: int
    headers: Mapping[str, str]
    text: str


class Preview:
    """``ioc preview`` that runs."""

    def __init__(self, part: Part, port: int) -> None:
        self.part = part
        self.port = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **headers: str) -> Reply:
        """GET, following redirects; ``Origin_`` and the like name headers."""
        request = Request(self.url + path, headers={k.strip("_"): v for k, v in headers.items()})
        try:
            with urlopen(request, timeout=300) as reply:
                return Reply(reply.status, dict(reply.headers), reply.read().decode())
        except HTTPError as error:
            return Reply(error.code, dict(error.headers), error.read().decode())


@contextmanager
def serving(
    folder: Path, clickhouse_port: int, dashboards: Path | None = None, **settings: str
) -> Iterator[Preview]:
    """The preview of the dashboards in ``folder``; it is stopped in order, and must end well."""
    if "IOC_CLICKHOUSE_DATABASE" not in settings:
        with suppress(URLError):  # a test of a ClickHouse that is away
            urlopen(
                f"http://127.0.0.1:{clickhouse_port}/?user=ioc_writer&password=w-secret",
                f"CREATE DATABASE IF NOT EXISTS {DATABASE}".encode(),
            ).close()
    reader = {
        "IOC_CLICKHOUSE_PORT": str(clickhouse_port),
        "IOC_CLICKHOUSE_DATABASE": DATABASE,
        "IOC_CLICKHOUSE_READER_PASSWORD": "r-secret",
    }
    environment = ioc_environment(folder, **{**reader, **settings})
    part = Part(environment, "preview", "--dashboards", str(dashboards or folder))
    part.start()
    port = int(environment["IOC_PREVIEW_PORT"])
    try:
        part.await_port(port)
        yield Preview(part, port)
        assert part.end(signal.SIGTERM) == 0, part.log
    finally:
        part.kill()


def write_dashboard(folder: Path, *panels: Mapping[str, object], **changes: object) -> None:
    """A dashboard of panels that have an id, a type, a title and SQL, below each other."""
    laid = [
        {
            "id": number,
            "type": panel["type"],
            "title": panel["title"],
            "description": f"Giải thích {panel['title']}",
            "gridPos": {"x": 0, "y": 5 * number, "w": 12, "h": 5},
            "targets": [{"refId": "A", "rawSql": panel.get("sql", "SELECT 1"), "format": 1}],
            "fieldConfig": panel.get("fields", {}),
        }
        for number, panel in enumerate(panels)
    ]
    board = {"uid": "thu", "title": "Bảng thử", "refresh": "5s", "panels": laid, **changes}
    (folder / "thu.json").write_text(json.dumps(board), encoding="utf-8")


def basic(password: str) -> str:
    """The header that a browser sends after it asked its user for a password."""
    return "Basic " + base64.b64encode(f"ai:{password}".encode()).decode()
