"""Waits until workers and sinks have processed everything published."""

import logging
import os
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager

from kafka.errors import KafkaError

from contracts.errors import UnavailableError
from contracts.feed import Feed
from contracts.settings import Settings
from ioc.embedded.cut_off import cut_off
from ioc.embedded.service import Service
from ioc.status.lag import LagReader
from sinks.consuming.routes import routes

logger = logging.getLogger(__name__)

PAUSE_S = 0.2
LOOKS = 2
"""Consecutive looks at the log that must find nothing to do: a request may be under way at the
first.
"""

Check = Callable[[], bool]


def _never() -> bool:
    return False


class Drain:
    """Watches the lag of worker and sinks over its own connections, all opened at once.

    Waiting returns False if the broker fails or ``is_vain`` returns True.

    Raises:
        UnavailableError: the broker does not answer.
    """

    def __init__(self, settings: Settings, feeds: Sequence[Feed]) -> None:
        self._feeds = feeds
        self._routes = routes(settings, feeds)
        self._reader = LagReader(settings)
        try:
            self._behind_of_worker()
            self._behind_of_sinks()
        except KafkaError as error:
            self.close()
            raise UnavailableError(f"Kafka does not answer: {type(error).__name__}") from None

    def close(self) -> None:
        """Close the connections."""
        self._reader.close()

    def of_worker(self, deadline: float, is_vain: Check = _never) -> bool:
        """Wait until the worker has processed all events. True if it did so before ``deadline``.

        ``deadline`` is a value of time.monotonic, here and below.
        """
        return self._settled(self._behind_of_worker, deadline, is_vain, LOOKS)

    def _behind_of_worker(self) -> int:
        return sum(lag.behind for lag in self._reader.worker(self._feeds))

    def of_sinks(
        self, deadline: float, is_vain: Check = _never, *, but: Collection[str] = ()
    ) -> bool:
        """Wait until everything published is stored. True if that was so before ``deadline``.

        A living worker keeps emitting: end it first, or leave out those topics (``but``).
        """
        return self._settled(lambda: self._behind_of_sinks(but), deadline, is_vain, looks=1)

    def _behind_of_sinks(self, but: Collection[str] = ()) -> int:
        groups: dict[str, list[str]] = defaultdict(list)
        for route in self._routes:
            groups[route.group.id] += [topic for topic in route.topics if topic not in but]
        return sum(
            self._reader.left(group, self._reader.ends(topics)) for group, topics in groups.items()
        )

    def _settled(
        self, behind: Callable[[], int], deadline: float, is_vain: Check, looks: int
    ) -> bool:
        """True if nothing is behind, that many times in a row."""
        quiet = 0
        try:
            while time.monotonic() < deadline and not is_vain():
                quiet = 0 if behind() else quiet + 1
                if quiet == looks:
                    return True
                time.sleep(PAUSE_S)
        except (KafkaError, UnavailableError) as error:
            logger.warning("can't see how far worker and sinks are: %s", error)
            return False
        logger.warning("not all that was published is stored yet")
        return False


@contextmanager
def alone_with(
    broker: Service, worker: Service, sink: Service, settings: Settings, feeds: Sequence[Feed]
) -> Iterator[Drain | None]:
    """A drain during which no client except worker, sink and this process reaches the broker.

    Everything that the broker has acknowledged can then be stored before it ends. Yields None if
    worker or sink does not run, or the broker does not answer.
    """
    own = [pid for pid in (worker.pid, sink.pid) if pid]
    if broker.pid is None or len(own) < len((worker, sink)):
        yield None
        return
    try:
        rest = Drain(settings, feeds)
    except UnavailableError as error:
        logger.warning("can't see how far worker and sink are: %s", error)
        yield None
        return
    with closing(rest), cut_off(broker.pid, [os.getpid(), *own]):
        yield rest
