"""What is read from the wire and written to it is what aiokafka itself reads and writes."""

import asyncio
import gc
import weakref
from asyncio import StreamReader
from random import randbytes

import pytest
from aiokafka import conn
from aiokafka.errors import CorrelationIdError, KafkaConnectionError
from aiokafka.protocol.produce import ProduceRequest
from hypothesis import given
from hypothesis import strategies as st

from ioc.ports import free_port
from streams.frames import BETWEEN_BYTES, Connection, Frames, encoded

TOPICS = st.lists(
    st.tuples(
        st.text(max_size=9),
        st.lists(st.tuples(st.integers(0, 2**31 - 1), st.binary(max_size=40)), max_size=3),
    ),
    max_size=3,
)


@given(TOPICS, st.sampled_from([None, "", "id"]), st.sampled_from([-1, 0, 1]), st.booleans())
def test_a_request_is_encoded_as_aiokafka_encodes_it(
    topics: list[tuple[str, list[tuple[int, bytes]]]], id_: str | None, acks: int, is_array: bool
) -> None:
    """Of each version, also those before transactions; aiokafka gives records as a bytearray."""
    kind = bytearray if is_array else bytes
    given_topics = [(name, [(n, kind(raw)) for n, raw in parts]) for name, parts in topics]
    fields = (id_, acks, 40_000, given_topics)
    for version in range(8):
        request = ProduceRequest(*(fields if version >= 3 else (None, *fields[1:])))
        versioned = request.prepare({request.API_KEY: (version, version)})
        header = versioned.build_request_header(correlation_id=7, client_id="ioc")
        theirs = header.encode() + versioned.encode()
        assert encoded(versioned, 7, "ioc") == len(theirs).to_bytes(4, "big") + theirs


def handed_over(chunks: list[bytes]) -> tuple[list[bytes], Frames]:
    """What is handed over of a stream that comes in these pieces, or in smaller ones."""
    loop = asyncio.new_event_loop()
    frames = Frames(loop.create_future(), StreamReader(loop=loop), loop=loop)
    loop.close()
    whole: list[bytes] = []
    frames.hand_over = lambda frame: whole.append(bytes(frame))
    for chunk in chunks:
        left = memoryview(chunk)
        while left:
            place = frames.get_buffer(-1)
            size = min(len(place), len(left))
            place[:size] = left[:size]
            frames.buffer_updated(size)
            left = left[size:]
    return whole, frames


@given(st.lists(st.binary(max_size=50), max_size=5), st.integers(1, 20))
def test_frames_are_read_however_they_are_cut(frames: list[bytes], size: int) -> None:
    stream = b"".join(len(frame).to_bytes(4, "big") + frame for frame in frames)
    chunks = [stream[first : first + size] for first in range(0, len(stream), size)]
    assert handed_over(chunks)[0] == frames


@pytest.mark.parametrize("size", [BETWEEN_BYTES - 4, BETWEEN_BYTES, 3 * BETWEEN_BYTES])
def test_large_frames_are_read_among_small_ones(size: int) -> None:
    frames = [b"a", randbytes(size), b"", randbytes(size), b"b"]
    stream = b"".join(len(frame).to_bytes(4, "big") + frame for frame in frames)
    assert handed_over([stream])[0] == frames


def test_what_was_handed_over_is_not_kept() -> None:
    """It is megabytes, and the next response may be long in coming."""
    _, frames = handed_over([b"\0\0\0\5abc"])
    whole: list[bytes | bytearray] = []
    frames.hand_over = whole.append
    frames.get_buffer(-1)[:] = b"de"
    frames.buffer_updated(2)
    assert whole == [b"abcde"]
    assert isinstance(whole[0], bytearray)
    whole[0].clear()  # would raise BufferError while anything looks into it
    assert len(frames.get_buffer(-1)) == BETWEEN_BYTES


@pytest.mark.parametrize("stream", [b"", b"\0\0", b"\0\0\0\5", b"\0\0\0\5abcd"])
def test_requests_fail_when_the_broker_ends_within_a_response(stream: bytes) -> None:
    async def ask() -> None:
        async def serve(reader: StreamReader, writer: asyncio.StreamWriter) -> None:
            await asked(reader)
            writer.write(stream)
            writer.close()

        port = free_port()
        async with await asyncio.start_server(serve, "127.0.0.1", port):
            await conn.create_conn("127.0.0.1", port)

    with pytest.raises(KafkaConnectionError, match="closed"):
        asyncio.run(ask())


def test_what_follows_a_wrong_response_is_not_looked_at() -> None:
    """The connection is closed by then, and nobody waits for anything."""
    said: list[dict[str, object]] = []

    async def ask() -> None:
        async def serve(reader: StreamReader, writer: asyncio.StreamWriter) -> None:
            await asked(reader)
            writer.write(bytes.fromhex("00000004 00000077") * 2)
            writer.close()

        asyncio.get_running_loop().set_exception_handler(lambda _, context: said.append(context))
        port = free_port()
        async with await asyncio.start_server(serve, "127.0.0.1", port):
            await conn.create_conn("127.0.0.1", port)

    with pytest.raises(CorrelationIdError):
        asyncio.run(ask())
    assert said == []


async def asked(reader: StreamReader) -> bytes:
    """A request."""
    return await reader.readexactly(int.from_bytes(await reader.readexactly(4), "big"))


def test_aiokafka_uses_them() -> None:
    """They stand under private names, which another version may not look up any more."""
    assert conn.AIOKafkaConnection is Connection
    assert conn.AIOKafkaProtocol is Frames


def test_a_connection_that_nobody_holds_is_freed() -> None:
    """Its reader must not keep it: it would stay open for ever."""

    async def serve(reader: StreamReader, writer: asyncio.StreamWriter) -> None:
        await asked(reader)  # what versions the broker has: none
        writer.write(bytes.fromhex("0000000a 00000001 0000 00000000"))
        await reader.read()
        writer.close()

    async def leak() -> None:
        port = free_port()
        server = await asyncio.start_server(serve, "127.0.0.1", port)
        made = await conn.create_conn("127.0.0.1", port)
        freed = weakref.ref(made)
        await asyncio.sleep(0)
        del made
        gc.collect()
        assert freed() is None
        server.close()

    asyncio.run(leak())
