"""Ends TLS in front of a server that speaks none, as a proxy on a server would."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from tests.security.certificates import Certificates

PIECE = 65_536
Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextmanager
def tls_before(port: int, files: Certificates, *, asks_client: bool = False) -> Iterator[int]:
    """A port of 127.0.0.1 that takes TLS and passes on to ``port`` in clear.

    With ``asks_client`` a client has to show a certificate of the same authority.
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=files.ca)
    context.load_cert_chain(files.cert, files.key)
    context.verify_mode = ssl.CERT_REQUIRED if asks_client else ssl.CERT_NONE
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, daemon=True).start()

    async def serve() -> asyncio.Server:
        return await asyncio.start_server(_passing_to(port), "127.0.0.1", 0, ssl=context)

    server = asyncio.run_coroutine_threadsafe(serve(), loop).result(5)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)


def _passing_to(port: int) -> Handle:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The server behind has ended, or this one ends: it would log the error of a task.
        with suppress(OSError, asyncio.CancelledError):
            behind, before = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(_pump(reader, before), _pump(behind, writer))
        writer.close()

    return handle


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(PIECE):
            writer.write(data)
            await writer.drain()
    with suppress(OSError):
        writer.close()
