"""The metrics, progress and readiness of a worker process."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

import faust
from faust.tables.manager import TableManager

from contracts import metrics
from contracts.metrics import Family
from contracts.vitals import Standing
from streams.partition.agent import FeedAgent
from streams.partition.owned import Snapshot

BATCH_EVENTS = metrics.BATCH_EVENTS.histogram()
BATCH_SECONDS = metrics.BATCH_SECONDS.histogram()
REBALANCES = metrics.REBALANCES.counter()
VERDICTS = ("accepted", "rejected", "duplicates")

Value = Callable[[Snapshot], float]


class WorkerVitals:
    """Reads the agents' state from other threads; itself counts only ticks and rebalances."""

    def __init__(self, app: faust.App, agents: Sequence[FeedAgent]) -> None:
        self._app = app
        self._agents = agents
        self._ticks: Counter[str] = Counter()
        self._is_assigned = False
        app.on_partitions_assigned.connect(self._assigned)
        app.on_partitions_revoked.connect(self._revoked)

    def ticked(self, timer: str) -> None:
        """Note that a timer has done its work once."""
        self._ticks[timer] += 1

    def expect(self, timer: str) -> None:
        """Require a timer to tick from now on."""
        self._ticks[timer] += 0

    async def _assigned(self, *_: Any, **__: Any) -> None:
        self._is_assigned = True
        REBALANCES.inc()

    async def _revoked(self, *_: Any, **__: Any) -> None:
        REBALANCES.inc()

    def standings(self) -> Mapping[str, Standing]:
        """The standing of each timer and partition; during a recovery, of the recovery alone."""
        if self._is_recovering:
            left = self._recovery_left()
            return {"the recovery of the state": Standing(-left, max(1, left))}
        timers = {name: Standing(ticks, 1) for name, ticks in list(self._ticks.items())}
        return timers | {
            f"{agent.feed}/{snapshot.partition}": Standing(snapshot.state.next_offset, snapshot.lag)
            for agent in self._agents
            for snapshot in agent.snapshots()
        }

    def unready(self) -> str | None:
        """See Vitals."""
        if not self._is_assigned:
            return "no partitions have been assigned yet"
        if self._is_recovering:
            return f"the state is being recovered, {self._recovery_left():,} records are left"
        return "partitions are being reassigned" if self._app.rebalancing else None

    def collect(self) -> Iterator[Family]:
        """The metrics that are read from the state on demand, without counting."""
        for declared, values in (
            (metrics.LATE, lambda snapshot: snapshot.state.progress.late),
            (metrics.UNPROCESSABLE, lambda snapshot: snapshot.state.progress.unprocessable),
            (metrics.WORKER_LAG, lambda snapshot: snapshot.lag),
            (metrics.WATERMARK, lambda snapshot: snapshot.watermark_s),
            (metrics.NEWEST, lambda snapshot: snapshot.state.progress.newest_s),
        ):
            yield self._by_partition(declared, values)
        yield self._verdicts()
        entries = metrics.STATE.family()
        for agent in self._agents:
            entries.add_metric((agent.feed,), agent.entries)
        yield entries
        yield _single(metrics.PARTITIONS, len(self._app.consumer.assignment()))
        yield _single(metrics.RECOVERING, self._recovery_left() if self._is_recovering else 0)

    def _by_partition(self, declared: metrics.Declared, value: Value) -> Family:
        family = declared.family()
        for agent in self._agents:
            for snapshot in agent.snapshots():
                family.add_metric((agent.feed, str(snapshot.partition)), value(snapshot))
        return family

    def _verdicts(self) -> Family:
        family = metrics.EVENTS.family()
        for agent in self._agents:
            for snapshot in agent.snapshots():
                for verdict in VERDICTS:
                    labels = (agent.feed, str(snapshot.partition), verdict.removesuffix("s"))
                    family.add_metric(labels, getattr(snapshot.state.progress, verdict))
        return family

    @property
    def _is_recovering(self) -> bool:
        return bool(self._recovery and self._recovery.in_recovery)

    def _recovery_left(self) -> int:
        return int(self._recovery.active_remaining_total()) if self._recovery else 0

    @property
    def _recovery(self) -> Any:
        # Faust creates the service at first use, which this thread must not trigger.
        return self._is_assigned and cast("TableManager", self._app.tables).recovery


def _single(declared: metrics.Declared, value: float) -> Family:
    family = declared.family()
    family.add_metric((), value)
    return family
