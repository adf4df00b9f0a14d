"""The life of one request: authenticate, parse, run, answer."""

import asyncio
from functools import partial

from aiohttp import web

from ioc.embedded.endpoint import answers
from ioc.embedded.endpoint.auth import Accounts
from ioc.embedded.endpoint.body import MAX_STATEMENT, Body, chunks
from ioc.embedded.endpoint.call import Call, read_call
from ioc.embedded.endpoint.config import EndpointConfig
from ioc.embedded.endpoint.engine import Engine
from ioc.embedded.endpoint.execution import Execution
from ioc.embedded.endpoint.external import ExternalTable
from ioc.embedded.endpoint.form import Form, is_form, read_form
from ioc.embedded.endpoint.framing import answer_encoder
from ioc.embedded.endpoint.insertion import Insertion
from ioc.embedded.endpoint.lane import Lane
from ioc.embedded.endpoint.native import greeting, is_greeting
from ioc.embedded.endpoint.running import RunningQueries
from ioc.embedded.endpoint.statement import InsertHead, insert_head, inserts
from ioc.embedded.endpoint.task import Task
from ioc.embedded.endpoint.totals import Totals


class Handler:
    """Serves queries on one engine."""

    def __init__(self, config: EndpointConfig, engine: Engine) -> None:
        self._engine = engine
        self._accounts = Accounts(config.users)
        self._running = RunningQueries()
        self._receive_s = config.receive_s
        self._reserve_mb = config.reserve_mb
        self._reads = Lane("read", config.threads)
        self._own_reads = Lane("own", config.threads)
        self._writes = Lane("write", config.threads)

    def close(self) -> None:
        """Refuse new work."""
        self._reads.close()
        self._own_reads.close()
        self._writes.close()

    async def answer(self, request: web.Request, task: Task) -> web.StreamResponse:
        """Run the request; `task` is filled in on the way.

        Raises QueryError if it failed before anything was sent.
        """
        if _asks_nothing(request):
            return web.Response(text="Ok.\n")
        user = self._accounts.authenticate(request.headers, request.query)
        task.user = user.name
        form = await read_form(request) if is_form(request) else Form(request.query)
        names = [table.name for table in form.tables]
        call = read_call(user, request.method, form.parameters, request.headers, names)
        prefix = f"{call.query}\n".encode(errors="surrogateescape") if call.query else b""
        body = Body(chunks(request, self._receive_s), prefix)
        task.sql = head = await body.head()
        # Tokenizing takes up to 0.2 s for a head: never on the event loop.
        insert = await asyncio.to_thread(insert_head, head)
        if insert is not None and not (insert.from_values and call.parameters):
            task.sql = head[: insert.data_start]
            return await self._insert(call, insert, body)
        most = MAX_STATEMENT if inserts(head) else call.max_query_size
        return await self._query(request, call, await body.statement(most), form.tables)

    async def _query(
        self, request: web.Request, call: Call, sql: bytes, tables: tuple[ExternalTable, ...]
    ) -> web.StreamResponse:
        if is_greeting(sql, call.revision):
            reply = greeting(answers.DISPLAY_NAME, self._engine.version, answers.TIME_ZONE)
            coder = answer_encoder(None, framed=call.framed)
            return web.Response(
                body=coder.encode(reply) + coder.finish(),
                headers=answers.headers(call, "Native", Totals()),
            )
        if kill := self._running.to_kill(call, sql):
            cancels, sql = kill
            for cancel in cancels:
                await asyncio.to_thread(cancel)
        execution = await asyncio.to_thread(Execution, self._engine, call, sql, tables)
        try:
            with self._running.noted(call, execution.cancel):
                response, error = await answers.send(
                    request, call, execution, self._lane(execution)
                )
        finally:
            await asyncio.to_thread(execution.close)
        if error is not None:
            Task(call.user.name, sql).log(error)
        return response

    def _lane(self, execution: Execution) -> Lane:
        """The lane for this call. Long reads delay neither writes nor the stack's own reads."""
        if not execution.reads:
            return self._writes
        return self._own_reads if execution.call.user.own else self._reads

    async def _insert(self, call: Call, head: InsertHead, body: Body) -> web.StreamResponse:
        insertion = Insertion(self._engine, call, head, self._reserve_mb)
        try:
            with self._running.noted(call, insertion.cancel):
                async for data, last in body.data(head.data_start):
                    step = insertion.finish if last else insertion.append
                    await self._writes.run(partial(step, data))
        finally:
            await asyncio.to_thread(insertion.close)
        return web.Response(headers=answers.headers(call, None, insertion.totals))


def _asks_nothing(request: web.Request) -> bool:
    """Whether this only checks that the server lives, which needs no authentication."""
    return request.method in ("GET", "HEAD") and "query" not in request.query
