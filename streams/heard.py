"""When each known sender of a district was last heard from: what several gauges rest on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from operator import attrgetter

import orjson

from contracts.event import Checked
from streams.keepers import Keeper, encoded


class HeardKeeper(Keeper):
    """Keeps the latest time of each known sender; one entry a district.

    ``sender`` is the field that names it. Events of ``kinds`` count, of any where none is named.
    """

    def __init__(
        self, sender: str, kinds: frozenset[str], known: Mapping[str, frozenset[str]]
    ) -> None:
        self._sender_of = attrgetter("district", sender)
        self._kinds = kinds
        self._known = known
        self._heard_s: dict[str, dict[str, float]] = defaultdict(dict)

    def load(self, entries: Mapping[str, bytes]) -> None:
        """See Keeper."""
        for district, payload in entries.items():
            self._heard_s[district] = orjson.loads(payload)

    def fold(
        self,
        events: Sequence[Checked],
        times_s: Sequence[float],
        positions: Sequence[int],  # noqa: ARG002 - a maximum takes a repeat
    ) -> Iterable[str]:
        """See Keeper."""
        if self._kinds:
            counts = [event["kind"] in self._kinds for event in events]
            events, times_s = list(compress(events, counts)), list(compress(times_s, counts))
        latest: dict[tuple[str, str], float] = {}
        for sender, time_s in zip(map(self._sender_of, events), times_s, strict=True):
            if time_s > latest.get(sender, 0.0):
                latest[sender] = time_s
        touched = set()
        for (district, sender_id), time_s in latest.items():
            heard = self._heard_s[district]
            if sender_id in self._known.get(district, ()) and time_s > heard.get(sender_id, 0.0):
                heard[sender_id] = time_s
                touched.add(district)
        return touched

    def expire(self, newest_s: float) -> Iterable[str]:  # noqa: ARG002 - bounded by the known senders
        """See Keeper."""
        return ()

    def entry(self, key: str) -> bytes:
        """See Keeper. The entry of a district is a JSON object: sender -> seconds since 1970."""
        return encoded(self._heard_s[key])
