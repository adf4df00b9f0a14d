"""Keys of gauges: what each keeps in the table, whatever its place in the contract."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from zlib import crc32

import orjson

from contracts.errors import IocError
from contracts.feed import Feed
from contracts.indicators.gauges import Gauge

SHAPES_KEY = "gauges"
"""The entry that lists the keys of all gauges that a partition's state was made with."""

TELL_ONLY = frozenset(
    {"by_values", "known", "whole", "of_whole", "limit_s", "longest", "states", "up"}
)
"""Fields of a gauge that shape its figures only. They do not change the state that it keeps."""
_BY_PLACE = re.compile(r"gauge(\d+)\|")


class ChangedGaugesError(IocError):
    """The state was made with other gauges than the contract declares now."""


def key_of(gauge: Gauge) -> str:
    """A gauge's name and the shape of what it keeps, such as ``gauge-OpenItems-0a1b2c3d``."""
    shape = {
        field.name: _plain(getattr(gauge, field.name))
        for field in fields(gauge)
        if field.name not in TELL_ONLY and getattr(gauge, field.name) != field.default
    }
    told = orjson.dumps(shape, option=orjson.OPT_SORT_KEYS)
    return f"gauge-{type(gauge).__name__}-{crc32(told):08x}"


def keys_of(feed: Feed) -> list[str]:
    """The keys of a feed's gauges, in their order. Raises ValueError where two keep the same."""
    keys = [key_of(gauge) for gauge in feed.gauges]
    if len(set(keys)) < len(keys):
        raise ValueError(f"feed {feed.name} declares a gauge twice")
    return keys


def shapes(feed: Feed) -> bytes:
    """The entry of SHAPES_KEY for the contract as it is now."""
    return orjson.dumps(sorted(keys_of(feed)))


def require_same(feed: Feed, entries: Mapping[str, bytes]) -> None:
    """Raise ChangedGaugesError where the contract has a gauge that the state was made without."""
    held = entries.get(SHAPES_KEY)
    added = sorted(set(keys_of(feed)) - set(orjson.loads(held))) if held is not None else []
    if added:
        raise ChangedGaugesError(
            f"feed {feed.name}: its contract declares gauges that the stored state was made "
            f"without ({', '.join(added)}): stop all workers and run `ioc rebuild --from archive "
            f"--feeds {feed.name}`, which makes them from all archived events"
        )


def renamed(entries: Mapping[str, bytes], keys: Sequence[str]) -> dict[str, str]:
    """Keys of entries of version 0.1, which went by place in the contract -> what they are now."""
    found = {key: _BY_PLACE.match(key) for key in entries}
    return {
        key: f"{keys[int(place[1])]}|{key[place.end() :]}"
        for key, place in found.items()
        if place and int(place[1]) < len(keys)
    }


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value
