"""Since when the panes of a partition know each part of the contract.

A part missing from a pane is 0 if the contract had it when the pane's events were processed, and
unknown if the contract gained it later.
"""

from collections.abc import Mapping

import orjson

from contracts.feed import Feed
from contracts.messages import MINUTE_S
from streams.gauges.state import encoded

KNOWN_PARTS_KEY = "parts"
"""Key of the entry: part -> first minute (since 1970) whose panes know it; 0 if all do."""

ALL = 0


class KnownParts:
    """The first minute since which panes know each part of the contract.

    ``is_new`` says that no event of this partition was ever processed. ``newest_s`` is its newest
    event time (since 1970). State from a version without this entry is taken to know all parts.
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
        """The parts that some panes do not know -> the first minute whose panes do."""
        return {part: minute for part, minute in self._since.items() if minute}

    def learn(self, parts: list[str], minute: int) -> bool:
        """Note that panes from ``minute`` (since 1970) on know these parts; True if that is new."""
        learnt = [part for part in parts if self._since.get(part, ALL) > minute]
        self._since.update(dict.fromkeys(learnt, minute))
        self._is_owed |= bool(learnt)
        return bool(learnt)

    def take_writes(self) -> dict[str, bytes | None]:
        """The entry, if it differs from the stored one."""
        owed, self._is_owed = self._is_owed, False
        return {KNOWN_PARTS_KEY: encoded(self._since)} if owed else {}
