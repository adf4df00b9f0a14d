"""Compares the gauges in a partition's state with those that the contract declares."""

import re
from collections.abc import Mapping, Sequence

import orjson

from contracts.errors import IocError
from contracts.feed import Feed
from contracts.indicators.gauge_keys import key_of

SHAPES_KEY = "gauges"
"""The entry that lists the keys of all gauges in a partition's state."""

_BY_ORDINAL = re.compile(r"gauge(\d+)\|")


class ChangedGaugesError(IocError):
    """The contract declares a gauge that the stored state lacks."""


def keys_of(feed: Feed) -> list[str]:
    """The keys of a feed's gauges, in order. Raises ValueError if two gauges keep the same data."""
    keys = [key_of(gauge) for gauge in feed.gauges]
    if len(set(keys)) < len(keys):
        raise ValueError(f"feed {feed.name} declares a gauge twice")
    return keys


def shapes(feed: Feed) -> bytes:
    """The entry of SHAPES_KEY for the current contract."""
    return orjson.dumps(sorted(keys_of(feed)))


def require_same(feed: Feed, entries: Mapping[str, bytes]) -> None:
    """Raise ChangedGaugesError if the contract declares a gauge that the state lacks."""
    held = entries.get(SHAPES_KEY)
    added = sorted(set(keys_of(feed)) - set(orjson.loads(held))) if held is not None else []
    if added:
        raise ChangedGaugesError(
            f"feed {feed.name}: its contract declares gauges that the stored state lacks "
            f"({', '.join(added)}): stop all workers and run `ioc rebuild --from archive "
            f"--feeds {feed.name}`, which rebuilds them from all archived events"
        )


def renamed(entries: Mapping[str, bytes], keys: Sequence[str]) -> dict[str, str]:
    """Old key -> new key, for keys of version 0.1, which held the gauge's ordinal."""
    found = {key: _BY_ORDINAL.match(key) for key in entries}
    return {
        key: f"{keys[int(ordinal[1])]}|{key[ordinal.end() :]}"
        for key, ordinal in found.items()
        if ordinal and int(ordinal[1]) < len(keys)
    }
