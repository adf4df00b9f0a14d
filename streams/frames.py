"""Kafka's requests and responses on the wire, without aiokafka's many copies of them.

A fetch is megabytes, and so is what a batch brings about. aiokafka copies the one four times on its
way in, through a buffer that grows by an eighth at a time, and the other eight times on its way
out, once for each level of the request. Here a response is joined once, of the pieces that came,
and a produce request once, of all that it is made of. The versions are pinned, and tests compare
with what aiokafka itself reads and writes.
"""

from asyncio import IncompleteReadError, StreamReader
from collections.abc import Iterator
from functools import cache
from struct import Struct
from typing import Any
from weakref import ref

from aiokafka import conn as aiokafka_conn
from aiokafka.conn import AIOKafkaConnection
from aiokafka.producer import sender as aiokafka_sender
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.protocol.types import Array, Bytes, Int32, Schema

_LENGTH = Struct(">i")


class Connection(AIOKafkaConnection):  # type: ignore[misc] # as untyped
    """aiokafka's connection, which reads its responses by ``read_frame``."""

    @staticmethod
    async def _read(self_ref: "ref[AIOKafkaConnection]") -> None:
        """Hand over response after response, until one of them raises.

        The connection is not held while it waits, so that one which nobody uses is freed.
        """
        while (connection := self_ref()) is not None:
            reader = connection._reader
            del connection
            frame = await read_frame(reader)
            if (connection := self_ref()) is not None:
                connection._handle_frame(frame)
            del connection


async def read_frame(reader: StreamReader) -> bytes:
    """The next response, without its length. Raises IncompleteReadError where the stream ends."""
    (left,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    pieces: list[bytes] = []
    while left:
        piece = await reader.read(left)
        if not piece:
            raise IncompleteReadError(b"".join(pieces), left)
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


class Produce(ProduceRequest):  # type: ignore[misc] # as untyped
    """aiokafka's produce request, which is encoded by ``encoded``."""

    def build(self, request_struct_class: Any) -> Any:
        """A request of the version that the class stands for."""
        return super().build(_lean(request_struct_class))


@cache
def _lean(version: Any) -> Any:
    """A version's class, with the other way to encode it."""
    return type(version.__name__, (version,), {"encode": encoded})


def encoded(request: Any) -> bytes:
    """A request without its header."""
    fields = [getattr(request, name) for name in request.SCHEMA.names]
    return b"".join(_pieces(request.SCHEMA, fields))


def _pieces(kind: Any, value: Any) -> Iterator[bytes]:
    """What a value of a type of Kafka's protocol is encoded to; bytes are not copied."""
    if isinstance(kind, Schema):
        for field, each in zip(kind.fields, value, strict=True):
            yield from _pieces(field, each)
    elif isinstance(kind, Array):
        yield Int32.encode(len(value))
        for each in value:
            yield from _pieces(kind.array_of, each)
    elif kind is Bytes:
        yield Int32.encode(len(value))
        yield value
    else:
        yield kind.encode(value)


aiokafka_conn.AIOKafkaConnection = Connection
aiokafka_sender.ProduceRequest = Produce
