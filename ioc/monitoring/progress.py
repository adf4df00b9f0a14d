"""Detects work that stands still. Pure: standings and time are arguments."""

from collections.abc import Mapping

from contracts.vitals import Standing


class Progress:
    """Remembers since when each piece of work has not moved although there was something to do."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._last: dict[str, tuple[Standing, float]] = {}

    def look(self, standings: Mapping[str, Standing], now_s: float) -> None:
        """Take the current standings; pieces of work that are not named are forgotten."""
        held, self._last = self._last, {}
        for name, standing in standings.items():
            before = held.get(name)
            stands = before and standing.waiting and before[0].done == standing.done
            since_s = before[1] if before and stands and before[0].waiting else now_s
            self._last[name] = (standing, since_s)

    def fault(self, now_s: float) -> str | None:
        """What has stood still longest, in one sentence; None if everything moves."""
        stuck = [
            (now_s - since_s, name, standing)
            for name, (standing, since_s) in self._last.items()
            if standing.waiting and now_s - since_s > self._limit_s
        ]
        if not stuck:
            return None
        still_s, name, standing = max(stuck)
        return f"{name} stands still for {still_s:.0f} s ({standing.waiting:,} waiting)"
