"""Kafka's requests and responses on the wire, without aiokafka's many copies of them.

A fetch is megabytes, and so is what a batch brings about. aiokafka copies the one four times on its
way in, through a buffer that grows by an eighth at a time, and the other eight times on its way
out, once for each level of the request. Here the system writes a response where it belongs, and a
produce request is joined once, of all that it is made of. The versions are pinned, and tests
compare with what aiokafka itself writes.
"""

from asyncio import BufferedProtocol
from collections.abc import Callable, Iterator
from struct import Struct
from typing import Any
from weakref import ref

from aiokafka import conn as aiokafka_conn
from aiokafka.conn import AIOKafkaConnection, AIOKafkaProtocol
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.protocol.types import Array, Bytes, Int32, Schema
from aiokafka.util import wait_for

_LENGTH = Struct(">i")
_NOTHING = memoryview(b"")

BETWEEN_BYTES = 65_536
"""Read at once where a response may begin: enough for most but those of fetches."""


class Frames(AIOKafkaProtocol, BufferedProtocol):  # type: ignore[misc] # as untyped
    """Puts responses together, each in memory of its own, and hands them over as they are whole."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._between = bytearray(BETWEEN_BYTES)
        self._held = 0
        self._frame: bytearray | None = None
        self._left = _NOTHING
        self.hand_over: Callable[[bytes | bytearray], None]

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - asyncio's name, and guess
        """Where what comes next belongs."""
        return self._left if self._frame else memoryview(self._between)[self._held :]

    def buffer_updated(self, nbytes: int) -> None:
        """So many bytes came."""
        if self._frame is None:
            self._held += nbytes
            self._cut()
            return
        self._left = self._left[nbytes:]
        if not self._left:
            frame, self._frame, self._left = self._frame, None, _NOTHING
            self.hand_over(frame)

    def _cut(self) -> None:
        """Hand over what is whole of what came between; the last may be a response's beginning."""
        came = memoryview(self._between)[: self._held]
        while len(came) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(came)
            frame, came = came[_LENGTH.size :][:length], came[_LENGTH.size + length :]
            if len(frame) < length:
                self._frame = bytearray(length)
                self._frame[: len(frame)] = frame
                self._left = memoryview(self._frame)[len(frame) :]
            else:
                self.hand_over(bytes(frame))
        self._between[: len(came)] = bytes(came)
        self._held = len(came)


class Connection(AIOKafkaConnection):  # type: ignore[misc] # as untyped
    """aiokafka's connection; ``Frames`` hands it its responses, and it joins what it sends once."""

    def send(self, request: Any, expect_response: bool = True) -> Any:
        """See aiokafka. A produce request is put together at once; the others are small."""
        if self._writer is None or not expect_response or not isinstance(request, ProduceRequest):
            return super().send(request, expect_response)
        versioned, number = request.prepare(self._versions), self._next_correlation_id()
        self._writer.write(encoded(versioned, number, self._client_id))
        answer = self._loop.create_future()
        self._requests.append((number, versioned, answer))
        return wait_for(answer, self._request_timeout)

    def _create_reader_task(self) -> Any:
        # Not held while it waits, so that a connection which nobody uses is freed.
        self_ref = ref(self)

        def hand_over(frame: bytes | bytearray) -> None:
            connection = self_ref()
            if connection is not None and connection._reader is not None:  # else it is closed
                connection._handle_frame(frame)

        self._protocol.hand_over = hand_over
        return super()._create_reader_task()

    @staticmethod
    async def _read(self_ref: "ref[AIOKafkaConnection]") -> None:
        """Wait until there is nothing more to come. Raises what ended the connection."""
        connection = self_ref()
        if connection is None:
            return
        reader = connection._reader
        del connection
        await reader.read()
        raise EOFError("the broker has closed the connection")


def encoded(request: Any, correlation_id: int, client_id: str) -> bytes:
    """A request with its header and, before it, its length."""
    header = request.build_request_header(correlation_id=correlation_id, client_id=client_id)
    fields = [getattr(request, name) for name in request.SCHEMA.names]
    pieces = [header.encode(), *_pieces(request.SCHEMA, fields)]
    return b"".join([_LENGTH.pack(sum(map(len, pieces))), *pieces])


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
aiokafka_conn.AIOKafkaProtocol = Frames
