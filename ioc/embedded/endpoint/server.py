"""The running endpoint: its socket, its routes, its orderly shutdown."""

import asyncio
import errno
import resource
import signal
import socket
import sys
from collections.abc import Callable

from aiohttp import web

from ioc.embedded.endpoint.boundary import Boundary
from ioc.embedded.endpoint.config import EndpointConfig
from ioc.embedded.endpoint.engine import Engine
from ioc.embedded.endpoint.errors import BadConfig, PortInUse
from ioc.embedded.endpoint.handler import Handler

# A shutdown may take 5 s. Running queries get most of it; then they are cancelled.
_GRACE_S = 3.0
_LAST_WORDS_S = 0.5
_MAX_URL = 1 << 20
# New connections are accepted a few at a time, so that many of them don't delay existing ones.
# Their queue is long, because a client that meets a full queue only retries after a second or more.
_ACCEPTED_AT_ONCE, _BACKLOG = 32, 4096
_TURN_S = 0.001


def serve(config: EndpointConfig, stopping: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGTERM or SIGINT, then finish running queries and close within 5 seconds.

    A query may take longer while the engine evaluates its constants, which can't be interrupted.
    ``stopping`` is called when the shutdown begins, and may set a deadline for the process.

    Raises PortInUse, DataPathBusy, EngineFailed or BadConfig if it cannot start.
    """
    # Python's work for one request then delays the others less.
    sys.setswitchinterval(_TURN_S)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with bound(config.host, config.port) as sock:
        engine = Engine(config.path, config.memory_mb, config.readable)
        try:
            asyncio.run(_run(config, engine, sock, stopping))
        finally:
            engine.close()


def bound(host: str, port: int) -> socket.socket:
    """A socket bound to the address before anything else is opened.

    It does not listen yet, because clients should meet an open engine.
    """
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise BadConfig(f"host {host} is no address of this machine: {error.strerror}.") from None
    sock = socket.socket(family, kind, proto)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(address)
    except OSError as error:
        sock.close()
        raise _no_listening(host, port, error) from None
    return sock


def _no_listening(host: str, port: int, error: OSError) -> BadConfig | PortInUse:
    if error.errno != errno.EADDRINUSE:
        return BadConfig(f"Cannot listen on {host}:{port}: {error.strerror}.")
    return PortInUse(
        f"Port {port} on {host} is in use by another program: stop it, or choose another port."
    )


async def _run(
    config: EndpointConfig, engine: Engine, sock: socket.socket, stopping: Callable[[], None]
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    handler = Handler(config, engine)
    boundary = Boundary(handler, engine.version)
    runner = web.AppRunner(
        application(boundary),
        access_log=None,
        handler_cancellation=True,
        auto_decompress=False,
        max_line_size=_MAX_URL,
        keepalive_timeout=config.receive_s,
        shutdown_timeout=_LAST_WORDS_S,
    )
    await runner.setup()
    site = web.SockSite(runner, sock, backlog=_ACCEPTED_AT_ONCE)
    try:
        await site.start()
        sock.listen(_BACKLOG)
    except OSError as error:  # another program has listened since the address was bound
        raise _no_listening(config.host, config.port, error) from None
    await stop.wait()
    stopping()
    await site.stop()
    if not await boundary.idle(_GRACE_S):
        await asyncio.to_thread(engine.kill_all)
        await boundary.idle(_LAST_WORDS_S)
    await runner.cleanup()
    handler.close()


def application(boundary: Boundary) -> web.Application:
    """The routes of ClickHouse's HTTP interface."""
    app = web.Application()
    for method in ("GET", "HEAD", "POST"):
        app.router.add_route(method, "/", boundary)
    app.router.add_get("/ping", _ok)
    app.router.add_get("/replicas_status", _ok)
    return app


async def _ok(_request: web.Request) -> web.Response:
    return web.Response(text="Ok.\n")
