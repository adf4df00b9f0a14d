"""What gauge states have in common; each keeps the state behind one declared gauge."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import orjson

from contracts.events.event import Checked
from contracts.indicators.parts import Parts

Writes: TypeAlias = dict[str, bytes | None]
"""Entries of a table to set, or (None) to delete."""


def encoded(value: Any) -> bytes:
    """A value as JSON that can be kept: what orjson gives holds 4 KB, however short it is."""
    return bytes(memoryview(orjson.dumps(value)))


def only_known(
    known: Mapping[str, frozenset[str]], district: str, held: Mapping[str, Any]
) -> dict[str, Any]:
    """What is held of the items that the district is known to have; ``known`` goes by district.

    Of a district that has none any more the empty entry stays: its gauges are to be told as 0.
    """
    items = known.get(district, frozenset())
    return {item: value for item, value in held.items() if item in items}


class GaugeState(ABC):
    """State of one gauge in one partition, as entries of a table.

    ``fold`` may be given an event again, with the same position, when a batch is worked through a
    second time after a crash: that must change nothing.
    """

    @abstractmethod
    def load(self, entries: Mapping[str, bytes]) -> None:
        """Take over the entries that ``entry`` gave before."""

    @abstractmethod
    def fold(
        self, events: Sequence[Checked], times_s: Sequence[float], positions: Sequence[int]
    ) -> Iterable[str]:
        """Take in checked events; give the keys of the entries that changed."""

    @abstractmethod
    def expire(self, newest_s: float) -> Iterable[str]:
        """Forget what no accepted event can touch any more; give the keys of entries changed."""

    @abstractmethod
    def entry(self, key: str) -> bytes | None:
        """An entry as it is now; None where it is gone."""

    @abstractmethod
    def correct(self, district: str, item: str, held: Any, value: Any) -> Iterable[str]:
        """Put what was recounted in the place of what is held of an item; None: of nothing.

        Only where it is ``held``: else it has changed since. Gives the keys of entries changed.
        """

    def unheard(self) -> dict[str, Parts]:
        """The parts of districts before anything was heard from them, by district."""
        return {}

    @abstractmethod
    def parts(self, watermark_s: float) -> dict[str, Parts]:
        """The gauge's parts by district, as of the watermark (seconds since 1970)."""
