"""The panes of one partition: batches add to them, changed ones are emitted, old ones dropped."""

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
    """Panes as table entries ``pane|<district>|<minute>``: the included position, then JSON.

    Old panes are kept encoded only, which takes a tenth of the memory. Panes that batches change
    are also held decoded.
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
        """The position of the last record that a pane includes; -1 if there is no such pane."""
        payload = self._stored.get(key)
        return -1 if payload is None else _upto(payload)

    def newest_upto(self) -> int:
        """The greatest position that any pane includes; -1 without panes."""
        return max(map(_upto, self._stored.values()), default=-1)

    def owe_since(self, emitted_upto: int) -> None:
        """Mark the panes that include records after position ``emitted_upto`` as changed."""
        self._changed = {
            key for key, payload in self._stored.items() if _upto(payload) > emitted_upto
        }

    def owe_all(self, upto: int) -> Writes:
        """Mark all panes as changed, and as including all records up to a position."""
        return {
            _entry_key(key): self._put(key, _split(payload)[1], upto)
            for key, payload in list(self._stored.items())
        }

    def add(self, deltas: Mapping[PaneKey, Parts], upto: int) -> Writes:
        """Merge deltas into their panes, which then include all records up to ``upto``."""
        writes: Writes = {}
        for key, delta in deltas.items():
            pane = self._decoded(key)
            merge_into(pane, delta)
            # Parts that become 0 are dropped, so a pane does not depend on the order of events.
            for name in [name for name in delta if pane[name] == 0]:
                del pane[name]
            writes[_entry_key(key)] = self._store(key, pane, upto)
        return writes

    def correct(self, key: PaneKey, counted_upto: int, parts: Parts, upto: int) -> Writes:
        """Replace a pane by its recount, made when it included all records up to ``counted_upto``.

        A ``counted_upto`` of 0 also stands for no pane. A pane dropped for its age is restored, and
        emitted once more. Does nothing if the pane includes more records by now: it has changed
        since the recount. A recount newer than the pane but not than the partition is applied: it
        includes the end of an earlier log.
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
        """Whether ``take_changed`` would return any pane."""
        return bool(self._changed)

    def take_changed(self) -> dict[PaneKey, tuple[int, bytes]]:
        """The panes changed since the last call -> included position, and parts as JSON."""
        changed, self._changed = self._changed, set()
        newest = max((minute for _, minute in self._hot), default=0)
        for key in [key for key in self._hot if key[1] < newest - HOT_MINUTES]:
            del self._hot[key]
        return {key: _split(self._stored[key]) for key in changed if key in self._stored}

    def expire(self, newest_s: Mapping[str, float]) -> Writes:
        """Drop emitted panes that are older than the retention; return the writes that delete them.

        ``newest_s`` is the newest event time of each unit (since 1970). Age is measured by unit: an
        event that is not too late for its unit must find its pane, however far other units are.
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
    """The parts that a batch adds to panes; after a crash, some panes already include some of it.

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
        """Take in events (at least one) with their positions. See PaneFold for the rest."""
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
