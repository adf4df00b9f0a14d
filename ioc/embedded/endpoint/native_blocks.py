"""Adds the time zones of DateTime columns to Native, which the embedded engine omits.

It writes Native for the oldest clients, to whom `DateTime('Asia/Ho_Chi_Minh')` was `DateTime`: a
local day then begins at 17:00 of the day before. The column headers are rewritten here. To find
them, the data in between is skipped, which requires its types.
"""

import struct
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import islice

from ioc.embedded.endpoint.lexer import tokens
from ioc.embedded.endpoint.native import string, varint

Column = tuple[str, str]
"""Name and type."""

_DATE_TIME = "DateTime"
_WIDTHS = {
    **dict.fromkeys(("Int8", "UInt8", "Bool", "Enum8", "Nothing"), 1),
    **dict.fromkeys(("Int16", "UInt16", "Enum16", "Date", "BFloat16"), 2),
    **dict.fromkeys(("Int32", "UInt32", "Float32", "Date32", "DateTime", "Time", "IPv4"), 4),
    **dict.fromkeys(("Int64", "UInt64", "Float64", "DateTime64", "Time64"), 8),
    **dict.fromkeys(("Int128", "UInt128", "UUID", "IPv6"), 16),
    **dict.fromkeys(("Int256", "UInt256"), 32),
}
_DECIMALS = ((9, 4), (18, 8), (38, 16), (76, 32))
_HAS_DICTIONARY = 0x200
_U64 = struct.Struct("<Q")


class _Impassable(Exception):  # noqa: N818 - says what is the matter
    """A type with an unknown layout: JSON, Dynamic, Variant, states of aggregates."""


def empty(columns: Sequence[Column]) -> bytes:
    """An empty block, so that a result without rows shows its columns."""
    heads = b"".join(string(name) + string(kind) for name, kind in columns)
    return varint(len(columns)) + varint(0) + heads


def with_zones(blocks: bytes, columns: Callable[[], Sequence[Column]]) -> bytes:
    """The blocks with time zones. `columns` is called only if there are DateTime columns."""
    out: list[bytes] = []
    kept = at = 0
    while at < len(blocks):
        count, at = _varint(blocks, at)
        rows, at = _varint(blocks, at)
        for number in range(count):
            size, at = _varint(blocks, at)
            start = at + size
            size, at = _varint(blocks, start)
            kind = blocks[at : at + size].decode()
            at += size
            if kind == _DATE_TIME:
                out += (blocks[kept:start], string(_zoned(columns(), number)))
                kept = at
            try:
                at = _passed(kind, rows, blocks, at + _prefix(kind))
            except _Impassable:
                return b"".join((*out, blocks[kept:]))
    return b"".join((*out, blocks[kept:])) if out else blocks


def _zoned(columns: Sequence[Column], number: int) -> str:
    kind = columns[number][1] if number < len(columns) else ""
    return kind if kind.startswith(f"{_DATE_TIME}(") else _DATE_TIME


def _prefix(kind: str) -> int:
    """Bytes before the data: a version for each dictionary. Raises _Impassable."""
    name, inner = _parsed(kind)
    if name == "LowCardinality":
        return 8
    types = _data_types(name, inner)
    if not types and name != "String":
        _width(name, inner)  # types unknown here may have more bytes before their data
    return sum(map(_prefix, types))


def _data_types(name: str, inner: tuple[str, ...]) -> tuple[str, ...]:
    """The arguments of a type that are types."""
    if name in ("Array", "Map", "Nested", "Nullable", "Tuple"):
        return inner
    return inner[-1:] if name == "SimpleAggregateFunction" else ()


def _passed(kind: str, rows: int, data: bytes, at: int) -> int:
    """The end of `rows` values that begin at `at`. Raises _Impassable."""
    name, inner = _parsed(kind)
    if name == "String":
        return _strings(rows, data, at)
    if name == "LowCardinality":
        return _dictionary(inner[0], data, at) if rows else at
    if name in ("Array", "Map", "Nested"):
        at += 8 * rows
        rows = _U64.unpack_from(data, at - 8)[0] if rows else 0
    elif name == "Nullable":
        at += rows
    types = _data_types(name, inner)
    if not types:
        return at + rows * _width(name, inner)
    for each in types:
        at = _passed(each, rows, data, at)
    return at


def _width(name: str, inner: tuple[str, ...]) -> int:
    if name == "FixedString":
        return int(inner[0])
    if name == "Decimal":
        return next(width for digits, width in _DECIMALS if int(inner[0]) <= digits)
    if name.startswith("Interval"):
        return 8
    if name not in _WIDTHS:
        raise _Impassable(name)
    return _WIDTHS[name]


def _strings(rows: int, data: bytes, at: int) -> int:
    for _ in range(rows):
        size = data[at]
        if size < 0x80:
            at += size + 1
        else:
            size, at = _varint(data, at)
            at += size
    return at


def _dictionary(kind: str, data: bytes, at: int) -> int:
    """Distinct values, and for each row the index of its value."""
    flags = _U64.unpack_from(data, at)[0]
    at += 8
    if flags & _HAS_DICTIONARY:
        name, inner = _parsed(kind)
        values = _U64.unpack_from(data, at)[0]
        at = _passed(inner[0] if name == "Nullable" else kind, values, data, at + 8)
    rows = _U64.unpack_from(data, at)[0]
    return at + 8 + int(rows << (flags & 0xFF))


@lru_cache(maxsize=1024)
def _parsed(kind: str) -> tuple[str, tuple[str, ...]]:
    """Name and arguments of a type, such as Map and two types; without names of tuple fields."""
    name, _, rest = kind.partition("(")
    inner = rest.removesuffix(")").encode()
    arguments, depth, start = [], 0, 0
    for token in tokens(inner):
        depth += (token.text == b"(") - (token.text == b")")
        if token.text == b"," and depth == 0:
            arguments.append(inner[start : token.start])
            start = token.end
    last = [inner[start:]] if rest else []
    return name, tuple(map(_unnamed, (*arguments, *last)))


def _unnamed(argument: bytes) -> str:
    second = next(islice(tokens(argument), 1, None), None)
    if second is not None and second.text not in (b"(", b"="):
        argument = argument[second.start :]
    return argument.decode().strip()


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at `at`, and the index of its end."""
    number = shift = 0
    while True:
        byte = data[at]
        number |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return number, at
        shift += 7
