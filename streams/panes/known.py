"""Since when the panes of a partition know each part: one that a contract gained is unknown before.

A part that a pane lacks is 0 where the pane's events were asked for it, and unknown where they were
worked before the contract had it.
"""

from collections.abc import Mapping

import orjson

from contracts.feed import Feed
from contracts.messages import MINUTE_S
from streams.gauges.state import encoded

KNOWN_PARTS_KEY = "parts"
"""The entry: part -> the first minute (since 1970) from which on panes know it; 0: all do."""

ALL = 0


class KnownParts:
    """The first minute from which on each part of the contract is known.

    ``is_new`` says that nothing was ever worked in this partition, ``newest_s`` up to when events
    were (since 1970). State of a version that kept no such entry is taken to know all parts.
    """

    def __init__(
        self, feed: Feed, entries: Mapping[str, bytes], newest_s: float, *, is_new: bool
    ) -> None:
        held: dict[str, int] | None = None
        if payload := entries.get(KNOWN_PARTS_KEY):
            held = orjson.loads(payload)
        next_minute = int(newest_s) // MINUTE_S + 1 if newest_s else ALL
        before = ALL if is_new or held is None else next_minute
        self._since = {part: (held or {}).get(part, before) for part in sorted(feed.pane_parts)}
        self._is_owed = self._since != held

    @property
    def since(self) -> dict[str, int]:
        """The parts that some panes do not know, with the minute from which on they do."""
        return {part: minute for part, minute in self._since.items() if minute}

    def learn(self, parts: list[str], minute: int) -> bool:
        """Note that panes from this minute on (since 1970) know these parts; is that new?"""
        learnt = [part for part in parts if self._since.get(part, ALL) > minute]
        self._since.update(dict.fromkeys(learnt, minute))
        self._is_owed |= bool(learnt)
        return bool(learnt)

    def take_writes(self) -> dict[str, bytes | None]:
        """The entry, where it is not stored as it is."""
        owed, self._is_owed = self._is_owed, False
        return {KNOWN_PARTS_KEY: encoded(self._since)} if owed else {}
