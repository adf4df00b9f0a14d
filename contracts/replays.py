"""The header that marks a record as a refused one sent again after a fix."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from contracts.messages import OFFSET_BITS

REPLAY_OF = "replay-of"
_FORM = re.compile(rb"([0-9]{1,10})\|([0-9]{1,10})\|([0-9]{1,13})")


class LogPosition(NamedTuple):
    """The position of a record: generation of its log, partition, offset."""

    generation: int
    partition: int
    offset: int


def replay_header(place: LogPosition) -> tuple[str, bytes]:
    """The header for a record that resends the one at ``place`` of the same topic."""
    return REPLAY_OF, b"%d|%d|%d" % place


def replayed_position(headers: Sequence[tuple[str, bytes]]) -> LogPosition | None:
    """The position of the record that was resent; None without a valid header."""
    for name, value in headers:
        if name == REPLAY_OF and (match := _FORM.fullmatch(value or b"")):
            place = LogPosition(*map(int, match.groups()))
            return place if place.offset < 1 << OFFSET_BITS else None
    return None
