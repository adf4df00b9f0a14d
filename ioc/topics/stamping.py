"""The worker's check, before it starts, that the broker stamps the events."""

import logging
from collections.abc import Sequence

from contracts.errors import IocError, UnavailableError
from contracts.feed import Feed
from contracts.settings import Settings
from contracts.topics import APPEND_TIME, TIMESTAMP_TYPE
from ioc.topics import apply as topics

log = logging.getLogger(__name__)


class StampingError(IocError):
    """Records of events carry their producers' timestamps."""


def require_stamped(settings: Settings, feeds: Sequence[Feed]) -> None:
    """Raise StampingError if the records of an event topic carry their producer's time.

    One event dated 2099, in a record of 2099, would make all later ones of its partition too late,
    forever. The embedded broker stamps nothing, but forgets its log; missing topics will be right
    once `ioc topics apply` creates them. If a broker does not answer in time, or does not say, a
    warning is logged and the worker starts.
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
        stamped = (state.actual or {}).get(TIMESTAMP_TYPE)
        if TIMESTAMP_TYPE in state.wanted and stamped not in (None, APPEND_TIME):
            raise StampingError(
                f"{state.spec.name}: {TIMESTAMP_TYPE} is {stamped}, so one event with a wrong "
                f"clock could make all later ones too late; run `ioc topics apply`, which sets it "
                f"to {APPEND_TIME}"
            )
