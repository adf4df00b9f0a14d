"""Decides whether events would come too late for panes."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from contracts.errors import IocError
from contracts.placement import partition_of
from contracts.settings import Settings
from ioc.replaying.archive import Known
from producers.replay.event import ReplayEvent
from producers.replay.store import EventStore

HOUR_MS = 3_600_000
Knowledge: TypeAlias = Mapping[str, Known]


class Gaps:
    """Events that can't be published after what their partition already holds.

    They are not archived and would come too late, or, if ``corrects``, another version of them is
    archived. ``newest_ms`` gives the time of the newest archived event by partition, in
    milliseconds since 1970.

    Afterwards ``oldest`` holds, by partition, the time up to which archived events may stay, and
    ``after`` how many events of this replay are archived after it.
    """

    def __init__(
        self, settings: Settings, newest_ms: Mapping[int, int], *, corrects: bool = False
    ) -> None:
        self._settings = settings
        self._newest_ms = newest_ms
        self._corrects = corrects
        self.oldest: dict[int, int] = {}
        self.after: Counter[int] = Counter()
        self.changed = 0

    def look(self, store: EventStore, events: Sequence[ReplayEvent], known: Knowledge) -> None:
        """Take note of events and of their archived versions, by id."""
        for event in events:
            version = known.get(event.event_id)
            if version is not None:
                store.mark(event.event_id, version.district, version.at_ms)
                self.changed += version.is_changed
            if version is not None and version.is_changed and self._corrects:
                self._note(self._partition(version.district), version.at_ms - 1)
            elif version is not None:
                continue
            partition = self._partition(event.district)
            if self._is_too_late(partition, event.at_ms):
                self._note(partition, event.at_ms)

    def drop_whole(self, store: EventStore) -> int:
        """Remove from the store the archived events that may stay; return their number."""
        dropped = 0
        for district in store.archived_units():
            partition = self._partition(district)
            dropped += store.drop_archived(district, self.oldest.get(partition))
            self.after[partition] += store.count_archived(district)
        return dropped

    def _note(self, partition: int, at_ms: int) -> None:
        self.oldest[partition] = min(at_ms, self.oldest.get(partition, at_ms))

    def _partition(self, district: str) -> int:
        return partition_of(district, self._settings.kafka_partitions)

    def _is_too_late(self, partition: int, at_ms: int) -> bool:
        newest = self._newest_ms.get(partition, at_ms)
        return newest - at_ms > self._settings.lateness_h * HOUR_MS

    def are_before_others(self, count_after: Callable[[int, int], int]) -> bool:
        """Whether a gap lies before events that are not of this replay.

        ``count_after`` returns the number of archived events of a partition after a time.
        """
        return any(
            count_after(partition, at_ms) != self.after[partition]
            for partition, at_ms in self.oldest.items()
        )

    def require_none(self) -> None:
        """Raise IocError if there is a gap."""
        if not self.oldest:
            return
        partition, oldest = min(self.oldest.items(), key=lambda gap: gap[1])
        newest = self._newest_ms[partition]
        settings = self._settings
        if self._corrects and self.changed:
            raise IocError(
                f"nothing was published: {self.changed:,} events were changed since, and behind "
                f"them database {settings.clickhouse_database} holds events that this replay does "
                "not have: leave --changed correct out, and their first version stays, or replay "
                "all records into a new name"
            )
        raise IocError(
            f"nothing was published: the oldest event, of {_utc(oldest)} UTC, lies "
            f"{(newest - oldest) / HOUR_MS:,.0f} h behind one in database "
            f"{settings.clickhouse_database}, of {_utc(newest)} UTC, more than "
            f"IOC_LATENESS_H={settings.lateness_h:g} h, and would be in no pane: "
            "replay before live events start, or give --into a new name"
        )


def _utc(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M}"
