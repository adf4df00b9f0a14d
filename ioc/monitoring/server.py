"""The HTTP server of metrics, health and readiness, in threads of its own."""

from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app

from ioc.embedded.ports import require_free

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Ask = Callable[[], str | None]
"""The fault, in one sentence; None if all is well."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Log no requests: health checks arrive every few seconds."""


def serve(host: str, port: int, unhealthy: Ask, unready: Ask) -> None:
    """Serve ``/metrics``, ``/healthz`` and ``/readyz`` until the process ends.

    Raises UnavailableError if the port can't be used.
    """
    require_free(host, port, "metrics and health", "IOC_METRICS_PORT")
    server = make_server(host, port, _application(unhealthy, unready), _Server, _Silent)
    Thread(target=server.serve_forever, name="monitoring", daemon=True).start()


def _application(unhealthy: Ask, unready: Ask) -> "WSGIApplication":
    metrics: WSGIApplication = make_wsgi_app()
    checks = {"/healthz": unhealthy, "/readyz": unready}

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/metrics":
            return metrics(environ, start)
        if path not in checks:
            return _text(start, "404 Not Found", "there are /metrics, /healthz and /readyz")
        fault = checks[path]()
        return _text(start, "503 Service Unavailable" if fault else "200 OK", fault or "ok")

    return answer


def _text(start: "StartResponse", status: str, text: str) -> Iterable[bytes]:
    body = f"{text}\n".encode()
    head = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    start(status, head)
    return [body]
