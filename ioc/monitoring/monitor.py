"""Whether a process makes progress and can do its work, seen from within."""

import time
from collections.abc import Iterable, Mapping, Sequence
from threading import Event, Thread

from prometheus_client import REGISTRY
from prometheus_client.registry import Collector

from contracts.metrics import HEALTHY, READY, Family
from contracts.settings import Settings
from contracts.vitals import Standing, Vitals
from ioc.monitoring.addresses import note
from ioc.monitoring.dependencies import Dependencies, Probe
from ioc.monitoring.server import serve


class Progress:
    """Remembers since when each piece of work has not moved although there was something to do."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._last: dict[str, tuple[Standing, float]] = {}

    def look(self, standings: Mapping[str, Standing], now_s: float) -> None:
        """Take the current standings; pieces of work that are not named are forgotten."""
        previous, self._last = self._last, {}
        for name, standing in standings.items():
            before = previous.get(name)
            stands = before and standing.waiting and before[0].done == standing.done
            since_s = before[1] if before and stands and before[0].waiting else now_s
            self._last[name] = (standing, since_s)

    def fault(self, now_s: float) -> str | None:
        """The work that has stood still longest, as a sentence; None if everything moves."""
        stuck = [
            (now_s - since_s, name, standing)
            for name, (standing, since_s) in self._last.items()
            if standing.waiting and now_s - since_s > self._limit_s
        ]
        if not stuck:
            return None
        still_s, name, standing = max(stuck)
        return f"{name} stands still for {still_s:.0f} s ({standing.waiting:,} waiting)"


LOOK_S = 0.5


class NoWork:
    """Vitals of a process that only answers requests; its probe tells whether it does."""

    def standings(self) -> Mapping[str, Standing]:
        """No work ever waits."""
        return {}

    def unready(self) -> str | None:
        """Nothing makes it unready."""
        return None

    def collect(self) -> Iterable[Family]:
        """There are no metrics besides counted ones."""
        return ()


class Monitor(Collector):
    """Serves a process's metrics, health and readiness; does nothing if no port is set.

    A process is healthy unless its work stands still while more is waiting, or a vital dependency
    does not answer; so restarting it for bad health does no harm. It is ready if it can do its work
    now.
    """

    def __init__(self, settings: Settings, part: str, probes: Sequence[Probe]) -> None:
        self._settings, self._part = settings, part
        self._limit_s = settings.health_stuck_s
        self._progress = Progress(self._limit_s)
        self._dependencies = Dependencies(probes, Event())
        self._vitals: Vitals | None = None

    def start(self) -> None:
        """Start serving. Raises UnavailableError if the port can't be used."""
        host, port = self._settings.metrics_host, self._settings.metrics_port
        note(self._settings, self._part)
        if port:
            serve(host, port, self.unhealthy, self.unready)
            REGISTRY.register(self)
            self._dependencies.start()
            Thread(target=self._watch, name="monitor", daemon=True).start()

    def show(self, vitals: Vitals) -> None:
        """Called by the process once it has vitals to show."""
        self._vitals = vitals

    def unhealthy(self) -> str | None:
        """Why it makes no progress, in one sentence; None if it does."""
        return self._progress.fault(time.monotonic()) or self._dependencies.fault(self._limit_s)

    def unready(self) -> str | None:
        """Why it can't do its work now, in one sentence; None if it can."""
        fault = self._dependencies.unready()
        if fault is not None:
            return fault
        return self._vitals.unready() if self._vitals else "it is starting"

    def collect(self) -> Iterable[Family]:
        """Health and readiness as metrics, and those that the process computes on request."""
        for declared, fault in ((HEALTHY, self.unhealthy()), (READY, self.unready())):
            family = declared.family()
            family.add_metric((), 0.0 if fault else 1.0)
            yield family
        if self._vitals is not None:
            yield from self._vitals.collect()

    def _watch(self) -> None:
        while True:
            if self._vitals is not None:
                self._progress.look(self._vitals.standings(), time.monotonic())
            time.sleep(LOOK_S)
