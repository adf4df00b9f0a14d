"""Multipart requests: a query, its parameters and tables as form fields."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web

from ioc.embedded.endpoint.errors import QueryError
from ioc.embedded.endpoint.external import ExternalTable, external_table
from ioc.embedded.endpoint.status import SOCKET_TIMEOUT


@dataclass(frozen=True)
class Form:
    """The request's parameters, from URL and fields together, and the tables sent along."""

    parameters: Mapping[str, str]
    tables: tuple[ExternalTable, ...] = field(default=())


def is_form(request: web.BaseRequest) -> bool:
    """Whether the body is a form. Any other body is a statement or an insert's data."""
    return request.content_type == "multipart/form-data"


async def read_form(request: web.Request, largest: int, within_s: float | None) -> Form:
    """Read the whole form, of at most `largest` bytes.

    Raises BAD_ARGUMENTS for a table without a structure, SOCKET_TIMEOUT if it takes longer.
    """
    try:
        async with asyncio.timeout(within_s):
            fields = await request.clone(client_max_size=largest).post()
    except TimeoutError:
        message = f"The form took longer than {within_s:g} s."
        raise QueryError(SOCKET_TIMEOUT, "SOCKET_TIMEOUT", message) from None
    parameters = dict(request.query)
    files: dict[str, bytes] = {}
    for name, value in fields.items():
        if isinstance(value, str):
            parameters[name] = value
        elif isinstance(value, web.FileField):
            files[name] = value.file.read()
        else:
            parameters[name] = bytes(value).decode(errors="surrogateescape")
    tables = (external_table(name, data, parameters) for name, data in files.items())
    return Form(parameters, tuple(tables))
