"""The start of an embedded broker: only this process reaches it until it is filled.

The embedded broker creates a topic as soon as a client names it. If the topic is created by another
request at the same moment, its offsets start twice. So a broker that a foreign client reached first
is ended again, and the events that it acknowledged are carried over to the next one.
"""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from contextvars import copy_context

from contracts.access.clients import SOCKET_OPTIONS
from contracts.errors import IocError, UnavailableError
from contracts.feed import Feed
from contracts.settings import Settings
from ioc.embedded.cut_off import MARKED, reserved
from ioc.embedded.early_events import EarlyEvent, early_events, publish
from ioc.embedded.generation import next_generation
from ioc.embedded.ports import host_and_port
from ioc.embedded.service import READY_S, Service
from ioc.topics import apply as topics

logger = logging.getLogger(__name__)

ATTEMPTS = 10


class Beginning:
    """Starts one broker after another: ``of_next``, then ``fill``, which opens the door.

    ``restore`` writes the worker's state into an empty log and returns the number of entries.
    """

    def __init__(
        self,
        broker: Service,
        feeds: Sequence[Feed],
        say: Callable[[str], None],
        restore: Callable[[Settings], int],
    ) -> None:
        self._broker, self._feeds, self._say, self._restore = broker, feeds, say, restore
        self._door = ExitStack()
        """Context that keeps foreign clients away until it is closed."""
        self._early: list[EarlyEvent] = []
        """Events that were acknowledged by a broker that ended before it was filled."""

    def of_next(self, settings: Settings, begin: Callable[[Settings], None]) -> Settings:
        """Let ``begin`` start a broker; returns the settings with its generation.

        Raises:
            IocError: it does not come up, or foreign clients reach it first again and again.
        """
        try:
            for _ in range(ATTEMPTS):
                generation = next_generation(settings.data_dir)
                settings = settings.model_copy(update={"generation": generation})
                begin(settings)
                if self._is_alone(settings):
                    return settings
                self._broker.stop(time.monotonic())  # before the door opens to others
                self._door.close()
        except IocError:
            self._door.close()
            raise
        raise UnavailableError(
            f"other clients were quicker at {ATTEMPTS} new brokers: stop what publishes to "
            f"{settings.kafka_bootstrap} until the broker runs"
        )

    def _is_alone(self, settings: Settings) -> bool:
        """Shut the door. True if no foreign client came first; otherwise its events are noted."""
        is_first = self._door.enter_context(reserved(self._broker.pid or 0, READY_S))
        if is_first is None:
            self._broker.await_port(*host_and_port(settings.kafka_bootstrap))
        early = copy_context().run(self._look, settings)
        if is_first is not False and early is None:
            return True
        self._early += early or []
        logger.warning(
            "a client was quicker than the door was shut: another broker begins, to which %d "
            "events go",
            len(self._early),
        )
        return False

    def _look(self, settings: Settings) -> list[EarlyEvent] | None:
        SOCKET_OPTIONS.set(MARKED)
        return early_events(settings, self._feeds)

    def fill(self, settings: Settings) -> None:
        """Create topics, restore the worker's state, and publish events of an earlier broker.

        Raises:
            IocError: the broker could not be filled, and was ended.
        """
        with self._door:
            try:
                copy_context().run(self._fill, settings)
            except IocError:
                self._broker.stop(time.monotonic())  # before the door opens to others
                raise

    def _fill(self, settings: Settings) -> None:
        SOCKET_OPTIONS.set(MARKED)
        self._say("creating topics")
        topics.apply(settings, self._feeds)
        restored = self._restore(settings)
        if restored:
            self._say(f"restored {restored:,} entries of the worker's state from ClickHouse")
        if self._early:
            publish(settings, self._early)
            self._early = []
