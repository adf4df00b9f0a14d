"""Checks before a worker starts that the broker stamps its topics, and their partition counts."""

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
    """The number of a topic's partitions differs from the setting."""


def require_stamped(settings: Settings, feeds: Sequence[Feed]) -> None:
    """Raise StampingError if records of events or panes carry their producer's time.

    An event dated 2099, in a record of 2099, would make all later events of its unit too late, for
    good. The stamps of panes tell a worker the time, whatever its own clock does. The embedded
    broker stamps nothing, and loses its log. Topics that do not exist yet are right once they are
    created by `ioc topics apply`. A topic without a known timestamp type passes; if the broker does
    not answer in time, only a warning is logged. Raises PartitionsError if a topic's number of
    partitions differs from the setting, which decides the partition of each unit.
    """
    if settings.generation:
        return
    # kafka-python logs each connection; the worker itself does not use it.
    logging.getLogger("kafka").setLevel(logging.WARNING)
    try:
        states = topics.read(settings, feeds)
    except UnavailableError as error:
        log.warning("could not check whether the broker stamps the events: %s", error)
        return
    for state in states:
        if PARTITIONS in state.differing:
            held, wanted = (state.actual or {})[PARTITIONS], state.differing[PARTITIONS]
            raise PartitionsError(
                f"{state.spec.name} has {held} partitions, but IOC_KAFKA_PARTITIONS is {wanted}: "
                "this number decides the partition of each district; set it to the actual one"
            )
        stamped = (state.actual or {}).get(TIMESTAMP_TYPE)
        if TIMESTAMP_TYPE in state.wanted and stamped not in (None, APPEND_TIME):
            raise StampingError(
                f"{state.spec.name}: {TIMESTAMP_TYPE} is {stamped}, so one wrong clock of a "
                f"producer or a worker could bend the figures; run `ioc topics apply`, which sets "
                f"it to {APPEND_TIME}"
            )
