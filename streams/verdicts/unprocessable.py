"""Refuses records that raise an unforeseen error as unprocessable.

A block that raises is repeated record by record, so the other records get the verdicts that they
would get alone. It costs nothing until something raises.
"""

import logging
import traceback
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from contracts.events.event import Checked
from contracts.messages import Reason
from streams.kafka.batch import Unreadable
from streams.verdicts.contract import DETAIL_CHARS, Checker, Refusal, Sifted

logger = logging.getLogger(__name__)

Quarantined: TypeAlias = Mapping[int, Refusal]
"""Offset -> the refusal of a record that raised an error."""
NOBODY: Quarantined = {}


def refusal_of(error: Exception) -> Refusal:
    """The refusal of a record that raised, with error type and code line but no record content.

    Raises the error itself if it concerns the machine and not the record.
    """
    if isinstance(error, MemoryError):
        raise error
    last = traceback.extract_tb(error.__traceback__)[-1]
    file = "/".join(last.filename.split("/")[-2:])
    detail = f"{type(error).__name__} at {file}:{last.lineno}"
    logger.warning("a record raised %s", detail)
    return Refusal(Reason.UNPROCESSABLE, detail[:DETAIL_CHARS])


def sifted_singly(
    checker: Checker,
    keys: Sequence[bytes | None],
    values: Sequence[bytes | None],
    partition: int,
) -> Sifted:
    """As ``Checker.sift``, but refuses values that raise."""
    events: list[Checked] = []
    times_s: list[float] = []
    indices: list[int] = []
    refused: dict[int, Refusal] = {}
    for n, (key, value) in enumerate(zip(keys, values, strict=True)):
        try:
            alone = checker.sift([key], [value], partition)
        except Exception as error:  # noqa: BLE001 - the boundary of a record
            refused[n] = refusal_of(error)
            continue
        events += alone.events
        times_s += alone.times_s
        indices += [n] * len(alone.events)
        for refusal in alone.refused.values():
            refused[n] = refusal
    return Sifted(events, times_s, indices, refused)


def unreadable(sifted: Sifted, found: Mapping[int, Unreadable]) -> Sifted:
    """A copy with the true reason for records that no parser could read, which have no value."""
    refused = {n: Refusal(Reason.UNPROCESSABLE, each.why) for n, each in found.items()}
    return Sifted(sifted.events, sifted.times_s, sifted.indices, {**sifted.refused, **refused})
