"""The only answer that must have a newer Native layout: the one to the Go driver's greeting.

clickhouse-go (in Grafana's data source) asks for the server's name and version, and reads the reply
in the layout of revision 54460: block info first, and a serialization flag for each column. If that
reply gives the server's revision as 0, the driver reads every later block in the plain layout, the
only one that the embedded engine writes.
"""

import re
import struct

_GREETING = re.compile(
    rb"\s*+SELECT\s++displayName\(\),\s*+version\(\),\s*+revision\(\),\s*+timezone\(\)\s*+;?+\s*+",
    re.IGNORECASE,
)
_CUSTOM_SERIALIZATION = 54454
# Fields 1 (no overflow rows) and 2 (bucket -1), then the end mark.
_BLOCK_INFO = b"\x01\x00\x02\xff\xff\xff\xff\x00"


def is_greeting(sql: bytes, revision: int) -> bool:
    """Whether this is the driver's first question, from a client of that protocol revision."""
    return revision >= _CUSTOM_SERIALIZATION and _GREETING.fullmatch(sql) is not None


def greeting(display_name: str, version: str, zone: str) -> bytes:
    """The reply: one row of four columns."""
    columns = (
        ("displayName()", "String", string(display_name)),
        ("version()", "String", string(version)),
        ("revision()", "UInt32", struct.pack("<I", 0)),
        ("timezone()", "String", string(zone)),
    )
    body = b"".join(string(name) + string(kind) + b"\0" + data for name, kind, data in columns)
    return _BLOCK_INFO + bytes((len(columns), 1)) + body


def string(text: str) -> bytes:
    """A string in Native's form."""
    raw = text.encode()
    return varint(len(raw)) + raw


def varint(number: int) -> bytes:
    """A number in as few bytes as possible."""
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
