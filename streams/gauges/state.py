"""The interface of gauge states; each keeps the state of one declared gauge."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import orjson

from contracts.events.event import Checked
from contracts.indicators.parts import Parts

Writes: TypeAlias = dict[str, bytes | None]
"""Entries of a table to set, or (None) to delete."""


def encoded(value: Any) -> bytes:
    """JSON bytes fit to be kept: orjson's own result occupies 4 KB, however short it is."""
    return bytes(memoryview(orjson.dumps(value)))


def only_known(
    known: Mapping[str, frozenset[str]], district: str, held: Mapping[str, Any]
) -> dict[str, Any]:
    """The entries in ``held`` of the district's known items; ``known`` maps district to items.

    A district without known items keeps an empty entry: its gauges are reported as 0.
    """
    items = known.get(district, frozenset())
    return {item: value for item, value in held.items() if item in items}


class GaugeState(ABC):
    """State of one gauge in one partition, as entries of a table.

    After a crash, ``fold`` may be given an event again, with the same position: that must change
    nothing.
    """

    @abstractmethod
    def load(self, entries: Mapping[str, bytes]) -> None:
        """Restore the state from entries that ``entry`` gave."""

    @abstractmethod
    def fold(
        self, events: Sequence[Checked], times_s: Sequence[float], positions: Sequence[int]
    ) -> Iterable[str]:
        """Take in checked events; return the keys of the entries that changed.

        ``times_s`` (seconds since 1970) and ``positions`` run side by side with ``events``.
        """

    @abstractmethod
    def expire(self, newest_s: float) -> Iterable[str]:
        """Drop data that no accepted event can change any more; return the keys that changed.

        ``newest_s`` is the newest event time of the partition, in seconds since 1970.
        """

    @abstractmethod
    def entry(self, key: str) -> bytes | None:
        """The current entry of a key; None if it was dropped."""

    @abstractmethod
    def correct(self, district: str, item: str, held: Any, value: Any) -> Iterable[str]:
        """Replace the value of an item by its recount; None stands for no value, in both.

        Does nothing unless the current value equals ``held``: it has changed since the recount.
        Returns the keys of the entries that changed.
        """

    def unheard(self) -> dict[str, Parts]:
        """District -> its parts before its first event."""
        return {}

    @abstractmethod
    def parts(self, watermark_s: float) -> dict[str, Parts]:
        """The gauge's parts by district, as of the watermark (seconds since 1970)."""
