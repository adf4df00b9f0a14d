"""Devices that were heard from lately, of those that are known."""

from collections.abc import Mapping

from contracts.gauges import Presence
from contracts.parts import Parts
from streams.heard import HeardKeeper


class PresenceKeeper(HeardKeeper):
    """Counts the devices that were heard from within the limit."""

    def __init__(self, gauge: Presence, known: Mapping[str, frozenset[str]]) -> None:
        super().__init__(gauge.device, gauge.kinds, known)
        self._gauge = gauge

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
