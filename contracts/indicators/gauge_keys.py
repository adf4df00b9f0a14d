"""Keys of gauges in the state, independent of their order in the contract."""

from dataclasses import fields
from zlib import crc32

import orjson

from contracts.indicators.gauges import Gauge

TELL_ONLY = frozenset(
    {
        "by_values",
        "known",
        "whole",
        "of_whole",
        "limit_s",
        "longest",
        "states",
        "up",
        "counts_for_s",
    }
)
"""Fields of a gauge that shape its figures only. They do not change the state that it keeps."""


def key_of(gauge: Gauge) -> str:
    """A gauge's type and a hash of its shape, such as ``gauge-OpenItems-0a1b2c3d``."""
    shape = {
        field.name: _plain(getattr(gauge, field.name))
        for field in fields(gauge)
        if field.name not in TELL_ONLY and getattr(gauge, field.name) != field.default
    }
    told = orjson.dumps(shape, option=orjson.OPT_SORT_KEYS)
    return f"gauge-{type(gauge).__name__}-{crc32(told):08x}"


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value
