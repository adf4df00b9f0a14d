"""Kafka's requests and responses on the wire, without aiokafka's many copies of them.

A fetch is megabytes, and so is what a batch brings about. aiokafka copies the one four times on its
way in, through a buffer that grows by an eighth at a time, and the other eight times on its way
out, once for each level of the request. Here a response is joined once, of the pieces that came,
and a produce request once, of all that it is made of. The versions are pinned, and tests compare
with what aiokafka itself reads and writes.
"""

from asyncio import IncompleteReadError, StreamReader
from functools import cache
from struct import Struct
from typing import Any, Protocol
from weakref import ref

from aiokafka import conn as aiokafka_conn
from aiokafka.conn import AIOKafkaConnection
from aiokafka.producer import sender as aiokafka_sender
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.protocol.types import Int16, Int32, String

_LENGTH = Struct(">i")
_text = String().encode


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
def _lean(struct: Any) -> Any:
    """A version's class, with the other way to encode it where it holds the same fields."""
    names = ("transactional_id", "required_acks", "timeout", "topics")
    changes = {"encode": encoded} if struct.SCHEMA.names == names else {}
    return type(struct.__name__, (struct,), changes)


class _Fields(Protocol):
    transactional_id: str | None
    required_acks: int
    timeout: int
    topics: list[tuple[str, list[tuple[int, bytes]]]]


def encoded(request: _Fields) -> bytes:
    """A produce request of version 3 to 7, without its header."""
    pieces = [
        _text(request.transactional_id),
        Int16.encode(request.required_acks),
        Int32.encode(request.timeout),
        Int32.encode(len(request.topics)),
    ]
    for topic, partitions in request.topics:
        pieces += (_text(topic), Int32.encode(len(partitions)))
        for partition, records in partitions:
            pieces += (Int32.encode(partition), Int32.encode(len(records)), records)
    return b"".join(pieces)


aiokafka_conn.AIOKafkaConnection = Connection
aiokafka_sender.ProduceRequest = Produce
