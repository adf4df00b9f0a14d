"""How far the workers are behind while faults strike: a run without a backlog proves little."""

from threading import Event, Thread
from types import TracebackType
from typing import Self

from kafka.errors import KafkaError

from contracts.errors import UnavailableError
from contracts.settings import load_settings
from ioc.status.lag import LagReader
from tests.chaos.checks import RUN_FEEDS

EVERY_S = 1.5
FEW = 1_000


class Backlog:
    """Samples the worker group's lag in a thread of its own; events of all feeds."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.most = 0
        self.published = 0
        self._now: int | None = None
        self._servers = environment["IOC_KAFKA_BOOTSTRAP"]
        self._stop = Event()
        self._thread = Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def is_worked_off(self) -> bool:
        """Are the workers all but up to date?"""
        return self._now is not None and self._now < FEW

    def __str__(self) -> str:
        return "behind by an unknown number" if self._now is None else f"{self._now:,} behind"

    def _sample(self) -> None:
        reader: LagReader | None = None
        while not self._stop.wait(EVERY_S):
            try:
                if reader is None:
                    reader = LagReader(load_settings(kafka_bootstrap=self._servers))
                lags = reader.worker(RUN_FEEDS)
                self._now = sum(lag.behind for lag in lags)
                self.published = sum(lag.published for lag in lags)
                self.most = max(self.most, self._now)
            except (KafkaError, UnavailableError):  # the broker is paused
                self._now = None
        if reader is not None:
            reader.close()
