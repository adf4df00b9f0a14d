"""The life of one request: authenticate, parse, run, answer."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from aiohttp import web

from ioc.embedded.endpoint import answers
from ioc.embedded.endpoint.admission import open_session
from ioc.embedded.endpoint.auth import Accounts
from ioc.embedded.endpoint.body import MAX_STATEMENT, Body, chunks
from ioc.embedded.endpoint.call import Call, read_call
from ioc.embedded.endpoint.config import EndpointConfig, User
from ioc.embedded.endpoint.engine import Engine
from ioc.embedded.endpoint.errors import QueryError
from ioc.embedded.endpoint.execution import Execution
from ioc.embedded.endpoint.external import ExternalTable
from ioc.embedded.endpoint.form import Form, is_form, read_form
from ioc.embedded.endpoint.framing import LARGEST_BLOCK, answer_encoder
from ioc.embedded.endpoint.insertion import Insertion
from ioc.embedded.endpoint.lane import Lane
from ioc.embedded.endpoint.native import greeting, is_greeting
from ioc.embedded.endpoint.readers import refuse_writing
from ioc.embedded.endpoint.running import RunningQueries
from ioc.embedded.endpoint.sessions import Session, Sessions
from ioc.embedded.endpoint.statement import InsertHead, insert_head, inserts, reads
from ioc.embedded.endpoint.status import TOO_MANY_SIMULTANEOUS_QUERIES
from ioc.embedded.endpoint.task import Task
from ioc.embedded.endpoint.totals import Totals

_LARGEST_FORM, _READERS_FORM = 256 << 20, 4 << 20
_READERS_BLOCK = 1 << 20
_READERS_AT_ONCE = 50
"""Requests, as on a server (deploy/clickhouse/users.d)."""


class Handler:
    """Serves queries on one engine."""

    def __init__(self, config: EndpointConfig, engine: Engine) -> None:
        self._engine = engine
        self._accounts = Accounts(config.users)
        self._running = RunningQueries()
        self._sessions = Sessions()
        self._receive_s = config.receive_s
        self._reserve_mb = config.reserve_mb
        self._reads = Lane("read", config.threads)
        self._own_reads = Lane("own", config.threads)
        self._writes = Lane("write", config.threads)
        self._readers = 0

    def close(self) -> None:
        """Refuse new work."""
        self._reads.close()
        self._own_reads.close()
        self._writes.close()

    async def answer(self, request: web.Request, task: Task) -> web.StreamResponse:
        """Run the request and fill in `task`.

        Raises QueryError if it fails before anything is sent.
        """
        if _asks_nothing(request):
            return web.Response(text="Ok.\n")
        user = self._accounts.authenticate(request.headers, request.query)
        task.user = user.name
        with self._place(user):
            form = await self._form(request, user)
            with self._sessions.entered(user, form.parameters) as session:
                return await self._statement(request, task, user, form, session)

    @contextmanager
    def _place(self, user: User) -> Iterator[None]:
        """Hold one of the places for readers' requests; other users need none."""
        if not user.readonly or user.own:
            yield
            return
        if self._readers >= _READERS_AT_ONCE:
            message = f"Too many simultaneous queries of readers. Maximum: {_READERS_AT_ONCE}"
            name = "TOO_MANY_SIMULTANEOUS_QUERIES"
            raise QueryError(TOO_MANY_SIMULTANEOUS_QUERIES, name, message)
        self._readers += 1
        try:
            yield
        finally:
            self._readers -= 1

    async def _form(self, request: web.Request, user: User) -> Form:
        if not is_form(request):
            return Form(request.query)
        if user.readonly:
            return await read_form(request, _READERS_FORM, self._receive_s)
        return await read_form(request, _LARGEST_FORM, None)

    async def _statement(
        self, request: web.Request, task: Task, user: User, form: Form, session: Session
    ) -> web.StreamResponse:
        names = [table.name for table in form.tables]
        parameters = session.joined(form.parameters, request.headers)
        call = read_call(user, request.method, parameters, request.headers, names)
        prefix = f"{call.query}\n".encode(errors="surrogateescape") if call.query else b""
        largest = _READERS_BLOCK if user.readonly else LARGEST_BLOCK
        body = Body(chunks(request, self._receive_s, largest), prefix)
        task.sql = head = await body.head()
        most = call.max_query_size
        if inserts(head):
            if user.readonly:
                raise refuse_writing()
            most = MAX_STATEMENT
            insert = await self._writes.run(partial(insert_head, head))
            if insert is not None and not (insert.from_values and call.parameters):
                task.sql = head[: insert.data_start]
                return await self._insert(call, insert, body)
        sql = await body.statement(most)
        after = session.after(sql, has_id="session_id" in form.parameters)
        if after is not None:
            # Checked before it is kept, like settings of a request.
            tried = read_call(user, request.method, after, {})
            await self._lane(user, sql).run(lambda: open_session(self._engine, tried).close())
            session.parameters = after
            return web.Response(headers=answers.headers(call, None, Totals()))
        return await self._query(request, call, sql, form.tables)

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
        execution = Execution(self._engine, call, sql, tables)
        try:
            with self._running.noted(call, execution.cancel):
                response, error = await answers.send(
                    request, call, execution, self._lane(call.user, sql), self._receive_s
                )
        finally:
            if execution.is_open:
                await asyncio.to_thread(execution.close)
        if error is not None:
            Task(call.user.name, sql).log(error)
        return response

    def _lane(self, user: User, sql: bytes) -> Lane:
        """The lane of a statement. Long reads delay neither writes nor the stack's own reads."""
        if not reads(sql) and not user.readonly:
            return self._writes
        return self._own_reads if user.own else self._reads

    async def _insert(self, call: Call, head: InsertHead, body: Body) -> web.StreamResponse:
        insertion = Insertion(self._engine, call, head, self._reserve_mb)
        try:
            with self._running.noted(call, insertion.cancel):
                async for data, last in body.data(head.data_start):
                    step = insertion.finish if last else insertion.append
                    await self._writes.run(partial(step, data))
        finally:
            insertion.close()
        return web.Response(headers=answers.headers(call, None, insertion.totals))


def _asks_nothing(request: web.Request) -> bool:
    """Whether it only checks that the server is alive, which needs no authentication."""
    return request.method in ("GET", "HEAD") and "query" not in request.query
