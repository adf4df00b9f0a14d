"""The header by which a record says that it is a refused one, sent again after a fix."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from contracts.messages import OFFSET_BITS

REPLAY_OF = "replay-of"
_FORM = re.compile(rb"([0-9]{1,10})\|([0-9]{1,10})\|([0-9]{1,13})")


class LogPlace(NamedTuple):
    """Where a record stands: its log's incarnation, its partition, its offset there."""

    generation: int
    partition: int
    offset: int


def replay_header(place: LogPlace) -> tuple[str, bytes]:
    """The header of a record that sends again what stands at ``place`` of the same topic."""
    return REPLAY_OF, b"%d|%d|%d" % place


def replayed_place(headers: Sequence[tuple[str, bytes]]) -> LogPlace | None:
    """The place that a record replays; None without such a header, or where it says no place."""
    for name, value in headers:
        if name == REPLAY_OF and (found := _FORM.fullmatch(value or b"")):
            place = LogPlace(*map(int, found.groups()))
            return place if place.offset < 1 << OFFSET_BITS else None
    return None
