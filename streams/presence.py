"""Devices that were heard from lately, of those that are known."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import orjson

from contracts.event import Checked
from contracts.gauges import Presence
from contracts.parts import Parts
from streams.keepers import Keeper


class PresenceKeeper(Keeper):
    """Keeps when each known device of a district was last heard from; one entry a district."""

    def __init__(self, gauge: Presence, known: Mapping[str, frozenset[str]]) -> None:
        self._gauge = gauge
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
        latest: dict[tuple[str, str], float] = {}
        for event, time_s in zip(events, times_s, strict=True):
            device = (event["district"], event[self._gauge.device])
            if time_s > latest.get(device, 0.0):
                latest[device] = time_s
        touched = set()
        for (district, device_id), time_s in latest.items():
            heard = self._heard_s[district]
            if device_id in self._known.get(district, ()) and time_s > heard.get(device_id, 0.0):
                heard[device_id] = time_s
                touched.add(district)
        return touched

    def expire(self, newest_s: float) -> Iterable[str]:  # noqa: ARG002 - bounded by known devices
        """See Keeper."""
        return ()

    def entry(self, key: str) -> bytes:
        """See Keeper. The entry of a district is a JSON object: device -> seconds since 1970."""
        return orjson.dumps(self._heard_s[key])

    def unheard(self) -> dict[str, Parts]:
        """See Keeper: known devices that were never heard from are not online."""
        return {
            district: {"online": 0, "known": len(devices)}
            for district, devices in self._known.items()
        }

    def parts(self, watermark_s: float) -> dict[str, Parts]:
        """See Keeper."""
        since_s = watermark_s - self._gauge.limit_s
        return {
            district: {
                "online": sum(heard_s >= since_s for heard_s in heard.values()),
                "known": len(self._known.get(district, ())),
            }
            for district, heard in self._heard_s.items()
        }
