"""The gauges that a partition's state was made with, and whether they are those of now."""

import re
from collections.abc import Mapping, Sequence

import orjson

from contracts.errors import IocError
from contracts.feed import Feed
from contracts.indicators.gauge_keys import key_of

SHAPES_KEY = "gauges"
"""The entry that lists the keys of all gauges that a partition's state was made with."""

_BY_ORDINAL = re.compile(r"gauge(\d+)\|")


class ChangedGaugesError(IocError):
    """The state was made with other gauges than the contract declares now."""


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
    """Keys of version 0.1, which held the gauge's ordinal in the contract -> keys of now."""
    found = {key: _BY_ORDINAL.match(key) for key in entries}
    return {
        key: f"{keys[int(ordinal[1])]}|{key[ordinal.end() :]}"
        for key, ordinal in found.items()
        if ordinal and int(ordinal[1]) < len(keys)
    }
