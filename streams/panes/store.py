"""The panes of one partition: added to by batches, emitted when changed, dropped when old."""

import math
from collections.abc import Mapping, Sequence

import orjson

from contracts.events.event import Checked
from contracts.feed import Feed
from contracts.indicators.parts import Parts, decode_parts, encode_parts, merge_into
from contracts.messages import MINUTE_S
from streams.gauges.state import Writes
from streams.panes.fold import PaneFold, PaneKey, fold
from streams.panes.retractions import Retractions

HOT_MINUTES = 15
PREFIX = "pane|"


class PaneStore:
    """Panes as table entries ``pane|<district>|<minute>``: the position included, then JSON.

    Old panes are kept encoded, which takes a tenth of the memory; those that batches touch are
    held decoded as well.
    """

    def __init__(self, entries: Mapping[str, bytes], retention_s: float) -> None:
        self._retention_minutes = math.ceil(retention_s / MINUTE_S) + 1
        self._stored = {
            _pane_key(key): payload for key, payload in entries.items() if key.startswith(PREFIX)
        }
        self._hot: dict[PaneKey, Parts] = {}
        self._changed: set[PaneKey] = set()
        self._oldest: dict[str, int] = {}

    def upto(self, key: PaneKey) -> int:
        """The position of the last record that a pane includes; -1 for a pane that isn't there."""
        payload = self._stored.get(key)
        return -1 if payload is None else _upto(payload)

    def newest_upto(self) -> int:
        """The greatest position that any pane includes; -1 without panes."""
        return max(map(_upto, self._stored.values()), default=-1)

    def owe_since(self, emitted_upto: int) -> None:
        """Count the panes as changed that include records after the position ``emitted_upto``."""
        self._changed = {
            key for key, payload in self._stored.items() if _upto(payload) > emitted_upto
        }

    def owe_all(self, upto: int) -> Writes:
        """Count all panes as changed, and as including all up to a position."""
        return {
            _entry_key(key): self._put(key, _split(payload)[1], upto)
            for key, payload in list(self._stored.items())
        }

    def add(self, deltas: Mapping[PaneKey, Parts], upto: int) -> Writes:
        """Merge deltas into their panes, which then include all up to ``upto``."""
        writes: Writes = {}
        for key, delta in deltas.items():
            pane = self._decoded(key)
            merge_into(pane, delta)
            # What comes to 0 is absent, so that a pane is the same in whatever order it came about.
            for name in [name for name in delta if pane[name] == 0]:
                del pane[name]
            writes[_entry_key(key)] = self._store(key, pane, upto)
        return writes

    def correct(self, key: PaneKey, counted_upto: int, parts: Parts, upto: int) -> Writes:
        """Replace a pane that included all up to ``counted_upto`` when it was recounted.

        0 also stands for no pane. A pane that was dropped for its age is taken back, to be emitted
        once more. Nothing is done where the pane includes more by now: it has changed since. But a
        recount beyond the pane, though not beyond the partition, tells of an earlier log's end.
        """
        held = self.upto(key)
        is_same = held in (counted_upto, -1) or (counted_upto == 0 and held <= 0)
        if not is_same and not held < counted_upto <= upto:
            return {}
        self._hot.pop(key, None)
        return {_entry_key(key): self._store(key, parts, max(counted_upto, upto))}

    def _store(self, key: PaneKey, parts: Parts, upto: int) -> bytes:
        return self._put(key, orjson.dumps(encode_parts(parts)), upto)

    def _put(self, key: PaneKey, parts: bytes, upto: int) -> bytes:
        payload = b"%d %b" % (upto, parts)
        self._stored[key] = payload
        self._changed.add(key)
        return payload

    @property
    def has_changed(self) -> bool:
        """Would ``take_changed`` give any?"""
        return bool(self._changed)

    def take_changed(self) -> dict[PaneKey, tuple[int, bytes]]:
        """The panes changed since the last call: position included, and parts as JSON."""
        changed, self._changed = self._changed, set()
        newest = max((minute for _, minute in self._hot), default=0)
        for key in [key for key in self._hot if key[1] < newest - HOT_MINUTES]:
            del self._hot[key]
        return {key: _split(self._stored[key]) for key in changed if key in self._stored}

    def expire(self, newest_s: Mapping[str, float]) -> Writes:
        """Drop the panes that are older than the retention, once taken; give their entries.

        ``newest_s`` is the newest event time of each unit (since 1970): what is not too late for a
        unit's panes must find them, however far others are.
        """
        firsts = {
            unit: int(at_s) // MINUTE_S - self._retention_minutes for unit, at_s in newest_s.items()
        }
        if firsts == self._oldest:
            return {}
        self._oldest = firsts
        gone = [
            key
            for key in self._stored
            if key[1] < firsts.get(key[0], 0) and key not in self._changed
        ]
        for key in gone:
            del self._stored[key]
            self._hot.pop(key, None)
        return dict.fromkeys(map(_entry_key, gone))

    def _decoded(self, key: PaneKey) -> Parts:
        pane = self._hot.get(key)
        if pane is None:
            payload = self._stored.get(key)
            parts = {} if payload is None else decode_parts(orjson.loads(_split(payload)[1]))
            pane = self._hot[key] = parts
        return pane


class Additions:
    """What a batch adds to panes, of which some, after a crash, include a part of it already.

    ``ahead`` is the greatest position that any pane includes.
    """

    def __init__(self, feed: Feed, panes: PaneStore, retractions: Retractions, ahead: int) -> None:
        self._feed = feed
        self._panes = panes
        self._retractions = retractions
        self._ahead = ahead
        self._fold = PaneFold(feed, retractions)
        self._again: dict[PaneKey, Parts] = {}

    def add(
        self,
        events: Sequence[Checked],
        times_s: Sequence[float],
        positions: Sequence[int],
        late: Sequence[int],
    ) -> None:
        """Take in events with their positions; at least one. See PaneFold for the rest."""
        if positions[0] > self._ahead:
            self._fold.add(events, times_s, late)
            return
        for n, event in enumerate(events):
            is_late = [0] if n in late else []
            single = fold(self._feed, [event], [times_s[n]], is_late, self._retractions)
            for key, parts in single.items():
                if positions[n] > self._panes.upto(key):
                    merge_into(self._again.setdefault(key, {}), parts)

    def deltas(self) -> dict[PaneKey, Parts]:
        """The parts that all events together add to each pane."""
        deltas = self._fold.deltas()
        for key, parts in self._again.items():
            merge_into(deltas.setdefault(key, {}), parts)
        return deltas


def _entry_key(key: PaneKey) -> str:
    return f"{PREFIX}{key[0]}|{key[1]}"


def _pane_key(entry_key: str) -> PaneKey:
    _, district, minute = entry_key.split("|")
    return district, int(minute)


def _split(payload: bytes) -> tuple[int, bytes]:
    upto, _, parts = payload.partition(b" ")
    return int(upto), parts


def _upto(payload: bytes) -> int:
    return int(payload[: payload.index(b" ")])
