"""The progress of a partition, stored as an entry of its table."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import orjson

from contracts.messages import OFFSET_BITS, position

PROGRESS_KEY = "progress"


@dataclass(slots=True)
class Progress:
    """How far a partition has been processed; counts are of this log generation.

    ``upto`` is the position of the last record included, ``emitted_upto`` the position up to which
    panes have been emitted. ``newest_s`` is the newest accepted event time in seconds since 1970,
    ``newest_of`` the same by unit. ``rejected`` includes ``unprocessable`` records, ``late``
    includes events ``beyond`` the lateness of panes. ``topic_id`` is Kafka's id of the topic; empty
    until it is known.
    """

    upto: int
    emitted_upto: int = -1
    newest_s: float = 0.0
    accepted: int = 0
    rejected: int = 0
    duplicates: int = 0
    late: int = 0
    unprocessable: int = 0
    beyond: int = 0
    newest_of: dict[str, float] = field(default_factory=dict)
    topic_id: str = ""


def former_upto(stored: bytes | None, generation: int) -> int | None:
    """The position that an entry of an earlier generation includes; None for any other."""
    upto = Progress(*orjson.loads(stored)).upto if stored else -1
    return upto if 0 <= upto < position(generation, 0) else None


def stored_progress(stored: bytes | None, generation: int, units: Iterable[str]) -> Progress:
    """The progress in an entry; without an entry, the start of the generation.

    ``units`` are the codes of all units.
    """
    if stored is None:
        return Progress(upto=position(generation, 0) - 1)
    progress = Progress(*orjson.loads(stored))
    if progress.newest_s and not progress.newest_of:
        # Stored by a version that measured lateness, and dropped panes, by partition.
        progress.newest_of = dict.fromkeys(units, progress.newest_s)
    if progress.upto >> OFFSET_BITS == generation:
        return progress
    # The broker lost its log: positions and counts start anew, figures continue.
    return Progress(
        upto=position(generation, 0) - 1,
        newest_s=progress.newest_s,
        newest_of=progress.newest_of,
    )
