"""A small Grafana: a real HTTP server that keeps what the API's documentation says of it.

Health is open to all, the rest needs the token; folders and dashboards are known by uid; a
dashboard is refused with 412 where another version is there and ``overwrite`` is not asked for.
"""

import json
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "glsa_0123456789abcdefghijklmnopqrstuv_1a2b3c4d"
Json = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    status: int
    body: Json | list[Json] | int | str | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Slow:
    """Does it, but so slowly that nobody waits for the reply."""

    seconds: float


Turn = Reply | Slow


def said(status: int, message: str, word: str = "") -> Reply:
    return Reply(status, {"message": message} | ({"status": word} if word else {}))


@dataclass
class Grafana:
    """Its content, and special replies for the next requests of a kind."""

    version: str | None = "13.2.3"
    role: str = "Editor"
    prefix: str = ""
    exists_status: int = 409
    folders: dict[str, Json] = field(default_factory=dict)
    boards: dict[str, Json] = field(default_factory=dict)
    sources: set[str] = field(default_factory=lambda: {"grafana-clickhouse-datasource"})
    """The types of its data sources."""
    provisioned: set[str] = field(default_factory=set)
    annotations: list[Json] = field(default_factory=list)
    turns: dict[tuple[str, str], list[Turn]] = field(default_factory=lambda: defaultdict(list))
    requests: list[tuple[str, str]] = field(default_factory=list)
    address: str = ""

    def next(self, method: str, path: str, *turns: Turn) -> None:
        """At the next requests of that kind, one turn each."""
        self.turns[method, path] += turns

    def reply(self, method: str, path: str, token: str, body: Json) -> Reply:
        self.requests.append((method, path))
        turns = self.turns[method, path]
        turn = turns.pop(0) if turns else None
        if isinstance(turn, Reply):
            return turn
        reply = self._usual(method, path, token, body)
        if isinstance(turn, Slow):
            time.sleep(turn.seconds)
        return reply

    def _usual(self, method: str, path: str, token: str, body: Json) -> Reply:
        if (method, path) == ("GET", "/api/health"):
            version = {"version": self.version, "commit": "1"} if self.version else {}
            return Reply(200, {"database": "ok", **version})
        if token != f"Bearer {TOKEN}":
            return said(401, "Invalid API key")
        if method == "POST" and self.role == "Viewer":
            return said(403, "You'll need additional permissions to perform this action.")
        head, _, last = path.rpartition("/")
        routes: dict[tuple[str, str], Callable[[], Reply]] = {
            ("GET", "/api/folders"): lambda: self._folder(last),
            ("GET", "/api"): self._sources,
            ("POST", "/api"): lambda: (
                self._new_folder(body) if last == "folders" else self._annotate(body)
            ),
            ("POST", "/api/dashboards"): lambda: self._save(body),
        }
        return routes.get((method, head), lambda: said(404, "Not found"))()

    def _folder(self, uid: str) -> Reply:
        found = self.folders.get(uid)
        return Reply(200, found) if found else said(404, "folder not found", "not-found")

    def _new_folder(self, body: Json) -> Reply:
        titles = {folder["title"] for folder in self.folders.values()}
        if body["uid"] in self.folders or body["title"] in titles:
            return said(self.exists_status, "A folder with that name already exists")
        self.folders[body["uid"]] = {"uid": body["uid"], "title": body["title"], "version": 1}
        return Reply(200, self.folders[body["uid"]])

    def _sources(self) -> Reply:
        if self.role != "Admin":
            return said(403, "You'll need additional permissions to perform this action.")
        return Reply(200, [{"uid": f"u-{kind}", "type": kind} for kind in self.sources])

    def _save(self, body: Json) -> Reply:
        board = body["dashboard"]
        uid = board["uid"]
        held = self.boards.get(uid)
        if uid in self.provisioned:
            return said(400, "Cannot save provisioned dashboard")
        if body.get("folderUid", "") not in {"", *self.folders}:
            return said(400, "folder not found")
        if held and not body.get("overwrite") and board.get("version") != held["version"]:
            return said(412, "The dashboard has been changed by someone else", "version-mismatch")
        version = held["version"] + 1 if held else 1
        self.boards[uid] = {**body, "version": version}
        return Reply(200, {"uid": uid, "url": f"/d/{uid}", "status": "success", "version": version})

    def _annotate(self, body: Json) -> Reply:
        if not body.get("text"):
            return said(400, "text field should not be empty")
        self.annotations.append(body)
        return Reply(200, {"message": "Annotation added", "id": len(self.annotations)})


@contextmanager
def serving(grafana: Grafana, certificate: str | None = None) -> Iterator[Grafana]:
    """The Grafana on a free port, over TLS with that file of key and certificate."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = self.path.removeprefix(grafana.prefix)
            token = self.headers.get("Authorization", "")
            body = json.loads(raw) if raw else {}
            reply = (
                grafana.reply(self.command, path, token, body)
                if self.path.startswith(grafana.prefix)
                else Reply(200, "<html>another service</html>")
            )
            text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
            sent = b"" if reply.body is None else text.encode()
            try:
                self.send_response(reply.status)
                for header in reply.headers:
                    self.send_header(*header)
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)
            except OSError:
                self.close_connection = True  # the client did not wait

        do_GET = do_POST = _answer  # noqa: N815 - the base class's names

        def log_request(self, code: object = "-", size: object = "-") -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    scheme = "http"
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    grafana.address = f"{scheme}://127.0.0.1:{server.server_address[1]}{grafana.prefix}"
    try:
        yield grafana
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
