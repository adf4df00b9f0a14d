"""What each known item of a district was last said to be: what several gauges rest on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, TypeVar

import orjson

from contracts.event import Checked
from streams.keepers import Keeper, encoded

Said = TypeVar("Said", int, str)


class LatestKeeper(Keeper, Generic[Said]):
    """Keeps time and value of the latest event of each known item; one entry a district.

    Events of ``kinds`` count; ``item`` is the field that names the item, ``said`` the one that
    holds the value. Of two events of one instant the greater value counts, whatever their order.
    """

    def __init__(
        self, item: str, kinds: frozenset[str], said: str, known: Mapping[str, frozenset[str]]
    ) -> None:
        self._item = item
        self._kinds = kinds
        self._said = said
        self._known = known
        self._latest: dict[str, dict[str, tuple[float, Said]]] = defaultdict(dict)

    def load(self, entries: Mapping[str, bytes]) -> None:
        """See Keeper."""
        for district, payload in entries.items():
            latest = orjson.loads(payload)
            self._latest[district] = {item: (at_s, said) for item, (at_s, said) in latest.items()}

    def fold(
        self,
        events: Sequence[Checked],
        times_s: Sequence[float],
        positions: Sequence[int],  # noqa: ARG002 - a maximum takes a repeat
    ) -> Iterable[str]:
        """See Keeper."""
        touched = set()
        for event, time_s in zip(events, times_s, strict=True):
            if event["kind"] not in self._kinds:
                continue
            district, item = event["district"], event[self._item]
            if item in self._known.get(district, ()):
                said = (time_s, event[self._said])
                held = self._latest[district]
                if item not in held or said > held[item]:
                    held[item] = said
                    touched.add(district)
        return touched

    def expire(self, newest_s: float) -> Iterable[str]:  # noqa: ARG002 - bounded by the known items
        """See Keeper."""
        return ()

    def entry(self, key: str) -> bytes:
        """See Keeper. The entry of a district is a JSON object: item -> [seconds, value]."""
        return encoded(self._latest[key])
