"""The outermost handler of a request: a client always gets an answer."""

import asyncio
import time
import uuid

from aiohttp import web

from contracts.metrics import REQUESTS
from ioc.embedded.endpoint import answers
from ioc.embedded.endpoint.errors import UNKNOWN_EXCEPTION, QueryError
from ioc.embedded.endpoint.handler import Handler
from ioc.embedded.endpoint.task import Task

REQUEST_SECONDS = REQUESTS.histogram()
_CLIENT_LEFT = 499


class Boundary:
    """Turns exceptions of a handler into answers, and counts the requests in progress."""

    def __init__(self, handler: Handler, version: str) -> None:
        self._handler = handler
        self._version = version
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        """Answer `/`."""
        self._running += 1
        self._idle.clear()
        started = time.monotonic()
        try:
            response = await self._guarded(request)
            REQUEST_SECONDS.labels(str(response.status)).observe(time.monotonic() - started)
            return response
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()

    async def idle(self, timeout_s: float) -> bool:
        """Wait until no request is in progress; return whether that happened in time."""
        try:
            await asyncio.wait_for(self._idle.wait(), timeout_s)
        except TimeoutError:
            return False
        return True

    async def _guarded(self, request: web.Request) -> web.StreamResponse:
        query_id = request.query.get("query_id") or str(uuid.uuid4())
        framed = request.query.get("compress") == "1"
        task = Task()
        try:
            return await self._handler.answer(request, task)
        except QueryError as error:
            task.log(error)
            return answers.failure(error, query_id, self._version, framed=framed)
        except web.HTTPException:
            raise
        except ConnectionError:
            # Nobody is left to read this.
            return web.Response(status=_CLIENT_LEFT)
        except Exception as error:  # noqa: BLE001 - the process boundary: no client may hang
            task.broke()
            unknown = QueryError(UNKNOWN_EXCEPTION, "UNKNOWN_EXCEPTION", repr(error))
            return answers.failure(unknown, query_id, self._version, framed=framed)
