"""A request's body, decompressed as it arrives."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from itertools import chain

from aiohttp import web

from ioc.embedded.endpoint.compression import PIECE, Decoder
from ioc.embedded.endpoint.errors import QueryError
from ioc.embedded.endpoint.framing import LARGEST_BLOCK, FrameDecoder
from ioc.embedded.endpoint.status import QUERY_IS_TOO_LARGE, SOCKET_TIMEOUT

# The largest statement; an insert's data may be of any size.
MAX_STATEMENT = 16 << 20
HEAD = 64 << 10
_PLAIN = ("", "identity")


class Body:
    """Reads ahead just far enough to distinguish an insert from a query."""

    def __init__(self, chunks: AsyncIterator[bytes], prefix: bytes) -> None:
        self._chunks = chunks
        self._read = bytearray(prefix)
        self._ended = False

    async def head(self) -> bytes:
        """The beginning: at least HEAD bytes, unless the body is shorter."""
        await self._fill(HEAD)
        return bytes(self._read[: 2 * HEAD])

    async def statement(self, most: int) -> bytes:
        """The whole body, for a statement without data.

        Raises QUERY_IS_TOO_LARGE for more than `most` bytes.
        """
        await self._fill(most)
        if len(self._read) > most:
            message = f"The statement is larger than {most} bytes."
            raise QueryError(QUERY_IS_TOO_LARGE, "QUERY_IS_TOO_LARGE", message)
        return bytes(self._read)

    async def data(self, start: int) -> AsyncIterator[tuple[bytes, bool]]:
        """The bytes from `start` on, in pieces of about PIECE; a flag marks the last one."""
        del self._read[:start]
        last = False
        while not last:
            await self._fill(PIECE)
            last, piece = self._ended, bytes(self._read)
            self._read.clear()
            yield piece, last

    async def _fill(self, size: int) -> None:
        while len(self._read) <= size and not self._ended:
            try:
                self._read += await anext(self._chunks)
            except StopAsyncIteration:
                self._ended = True


async def _arriving(request: web.BaseRequest, receive_s: float) -> AsyncIterator[bytes]:
    """The bytes of the body. Raises SOCKET_TIMEOUT if none arrives for ``receive_s``."""
    while True:
        try:
            async with asyncio.timeout(receive_s):
                chunk = await request.content.readany()
        except TimeoutError:
            message = f"No byte of the body came for {receive_s:g} s."
            raise QueryError(SOCKET_TIMEOUT, "SOCKET_TIMEOUT", message) from None
        if not chunk:
            return
        yield chunk


async def chunks(
    request: web.BaseRequest, receive_s: float, largest_block: int = LARGEST_BLOCK
) -> AsyncIterator[bytes]:
    """The body as it arrives, without its Content-Encoding and ClickHouse's framing."""
    decoders: list[Decoder | FrameDecoder] = []
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in _PLAIN:
        decoders.append(Decoder(encoding))
    if request.query.get("decompress") == "1":
        decoders.append(FrameDecoder(largest_block))
    async for chunk in _arriving(request, receive_s):
        pieces: Iterable[bytes] = (chunk,)
        for decoder in decoders:
            pieces = chain.from_iterable(map(decoder.decode, pieces))
        for piece in pieces:
            yield piece
    for decoder in decoders:
        decoder.finish()
