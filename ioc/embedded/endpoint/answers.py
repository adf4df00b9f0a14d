"""Turns results and errors into HTTP responses, with a server's headers."""

import asyncio
import socket

from aiohttp import web

from ioc.embedded.endpoint.call import Call
from ioc.embedded.endpoint.errors import QueryError
from ioc.embedded.endpoint.execution import EXCEPTION_TAG_LENGTH, Execution
from ioc.embedded.endpoint.formats import content_type
from ioc.embedded.endpoint.framing import answer_encoder
from ioc.embedded.endpoint.lane import Lane
from ioc.embedded.endpoint.status import AUTHENTICATION_FAILED, http_status
from ioc.embedded.endpoint.totals import Totals

DISPLAY_NAME = socket.gethostname()
TIME_ZONE = "UTC"
_AT_ONCE = 256 << 10
"""Bytes that are written to the connection at once; the rest waits until it has taken them."""


def headers(call: Call, output: str | None, totals: Totals) -> dict[str, str]:
    """Headers that a server sends with every answer. `output` is None without a result."""
    head = {
        "X-ClickHouse-Server-Display-Name": DISPLAY_NAME,
        "X-ClickHouse-Query-Id": call.query_id,
        "X-ClickHouse-Timezone": TIME_ZONE,
        "X-ClickHouse-Summary": totals.header(),
    }
    if output is not None:
        head |= {"X-ClickHouse-Format": output, "Content-Type": content_type(output)}
    return head


def failure(error: QueryError, query_id: str, version: str, *, framed: bool) -> web.Response:
    """A server's answer to a query that failed before anything was sent."""
    coder = answer_encoder(None, framed=framed)
    text = f"{error} (version {version})\n".encode()
    response = web.Response(
        status=http_status(error.code),
        body=coder.encode(text) + coder.finish(),
        content_type="text/plain",
        charset="utf-8",
        headers={
            "X-ClickHouse-Server-Display-Name": DISPLAY_NAME,
            "X-ClickHouse-Exception-Code": str(error.code),
            "X-ClickHouse-Query-Id": query_id,
        },
    )
    if error.code == AUTHENTICATION_FAILED:
        response.headers["WWW-Authenticate"] = 'Basic realm="ClickHouse server HTTP API"'
    return response


async def send(
    request: web.Request, call: Call, execution: Execution, lane: Lane, stall_s: float
) -> tuple[web.StreamResponse, QueryError | None]:
    """Run the statement and send its result; also returns the error that broke it off, if any.

    Raises ConnectionResetError if the client takes nothing for `stall_s`.
    """
    page = await lane.run(execution.begin, execution.cancel)
    head = headers(call, execution.output, execution.totals)
    if call.encoding and execution.output:
        head["Content-Encoding"] = call.encoding
    if page.last and len(page.data) <= _AT_ONCE:
        return web.Response(body=page.data, headers=head), None
    head["X-ClickHouse-Exception-Tag"] = call.tag[:EXCEPTION_TAG_LENGTH]
    response = web.StreamResponse(headers=head)
    await response.prepare(request)
    await _write(request, response, page.data, stall_s)
    while not page.last:
        page = await lane.run(execution.more, execution.cancel)
        await _write(request, response, page.data, stall_s)
    if page.error is not None and request.transport is not None:
        # No end mark follows: a client that does not know the tag still sees a broken reply.
        request.transport.close()
    return response, page.error


async def _write(
    request: web.Request, response: web.StreamResponse, data: bytes, stall_s: float
) -> None:
    for at in range(0, len(data), _AT_ONCE):
        try:
            async with asyncio.timeout(stall_s):
                await response.write(data[at : at + _AT_ONCE])
        except TimeoutError:
            if request.transport is not None:
                request.transport.abort()
            raise ConnectionResetError(
                f"nothing of the answer was taken for {stall_s:g} s"
            ) from None
