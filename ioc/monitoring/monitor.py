"""Reports from within a process whether it makes progress and can do its work."""

import time
from collections.abc import Iterable, Mapping, Sequence
from threading import Event, Thread

from prometheus_client import REGISTRY
from prometheus_client.registry import Collector

from contracts.metrics import HEALTHY, READY, Family
from contracts.settings import Settings
from contracts.vitals import Standing, Vitals
from ioc.monitoring.addresses import note
from ioc.monitoring.dependencies import Dependencies
from ioc.monitoring.probe import Probe
from ioc.monitoring.progress import Progress
from ioc.monitoring.server import serve

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
        """It has no metrics besides those that it counts itself."""
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
