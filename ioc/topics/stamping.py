"""The worker's look at its topics before it starts: does the broker stamp what it should?"""

import logging
from collections.abc import Sequence

from contracts.errors import IocError, UnavailableError
from contracts.feed import Feed
from contracts.settings import Settings
from contracts.topics import APPEND_TIME, TIMESTAMP_TYPE
from ioc.topics import apply as topics
from ioc.topics.apply import PARTITIONS

log = logging.getLogger(__name__)


class StampingError(IocError):
    """Records of events carry their producers' timestamps."""


class PartitionsError(IocError):
    """A topic has another number of partitions than the setting says."""


def require_stamped(settings: Settings, feeds: Sequence[Feed]) -> None:
    """Raise StampingError where the records of events, or of panes, bear their producer's time.

    One event dated 2099, in a record of 2099, would make all later ones of its partition too late,
    for good; and the stamps of panes tell a worker what time it is, whatever its own clock does.
    The embedded broker stamps nothing, and forgets its log; topics that are not there yet are right
    once `ioc topics apply` makes them. A broker that does not answer in time, or does not tell, is
    passed over with a warning. Raises PartitionsError where a topic has not as many partitions as
    the setting says, by which a unit's own is told.
    """
    if settings.generation:
        return
    # kafka-python logs each connection; the worker itself does not use it.
    logging.getLogger("kafka").setLevel(logging.WARNING)
    try:
        states = topics.read(settings, feeds)
    except UnavailableError as error:
        log.warning("nobody knows yet whether the broker stamps the events: %s", error)
        return
    for state in states:
        if PARTITIONS in state.differing:
            held, wanted = (state.actual or {})[PARTITIONS], state.differing[PARTITIONS]
            raise PartitionsError(
                f"{state.spec.name} has {held} partitions, IOC_KAFKA_PARTITIONS is {wanted}: a "
                "district's events belong in one of those that there are; set it to that number"
            )
        stamped = (state.actual or {}).get(TIMESTAMP_TYPE)
        if TIMESTAMP_TYPE in state.wanted and stamped not in (None, APPEND_TIME):
            raise StampingError(
                f"{state.spec.name}: {TIMESTAMP_TYPE} is {stamped}, so one wrong clock of a "
                f"producer or a worker could bend the figures; run `ioc topics apply`, which sets "
                f"it to {APPEND_TIME}"
            )
