"""Whole logs: record batches of foreign producers, transactions, marks, and damaged ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random

from tests.fuzz import wire
from tests.fuzz.cases import Case, Cases
from tests.fuzz.wire import Header, Sent

MOST_RECORDS = 12
NAMES = (b"trace", b"\xff\xfe", b"", b"replay-of", b"\x00", "tên".encode(), b"n" * 300)
VALUES = (None, b"", b"\xff", b"0|3|1", b"0|1|1", b"9" * 300, b"00-4bf92f35-01")
TYPES_MS = (0, 0, 0, 1, -1, 3_600_000, 2**62, -(2**62))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A record batch, and the truth about its offsets.

    ``cases`` are its records as they must be read, none if nobody may read any. Only the position
    of a ``garbled`` one is known.
    """

    raw: bytes
    first: int
    last: int
    cases: tuple[Case, ...] = ()
    garbled: bool = False
    aborts: tuple[int, int] | None = None
    """Producer and first offset of a transaction that is going to be aborted."""


class Log:
    """An endless log of one feed, from a seed."""

    def __init__(self, feed: str, seed: int, start_ms: int, districts: tuple[str, ...]) -> None:
        self._random = Random(f"log {feed} {seed}")
        self._cases = iter(Cases(feed, seed, start_ms, districts))
        self._end = 0
        self._producer = 1_000

    def __iter__(self) -> Iterator[Stretch]:
        while True:
            chance = self._random.random()
            if chance < 0.72:
                yield self._plain()
            elif chance < 0.84:
                yield from self._transaction(commits=True)
            elif chance < 0.90:
                yield from self._transaction(commits=False)
            elif chance < 0.92:
                yield self._mark(self._producer, commits=self._random.random() < 0.5)
            else:
                yield self._garbled()

    def _drawn(self) -> tuple[list[Case], list[Sent], dict[str, int]]:
        """Cases, the records that hold them, and the head of their batch.

        No cases where two timestamps are so far apart that no record can hold the difference.
        """
        random = self._random
        cases = list(islice(self._cases, random.randrange(1, MOST_RECORDS)))
        first_ms = cases[0].timestamp
        last_ms = max(case.timestamp for case in cases)
        is_stamped = random.random() < 0.3
        sent = [
            Sent(case.key, case.value, case.timestamp - first_ms, self._headers()) for case in cases
        ]
        if not all(-(2**63) <= each.late_ms < 2**63 for each in sent):
            cases = []
        elif is_stamped:
            cases = [Case(case.key, case.value, last_ms) for case in cases]
        head = {"first_ms": first_ms, "last_ms": last_ms, "attributes": 8 if is_stamped else 0}
        return cases, sent, head

    def _headers(self) -> list[Header]:
        """A header of any bytes; one with the name of a replay names no place of this partition."""
        random = self._random
        if random.random() < 0.6:
            return []
        return [(random.choice(NAMES), random.choice(VALUES)) for _ in range(random.randrange(4))]

    def _placed(self, count: int) -> tuple[int, int]:
        first, self._end = self._end, self._end + count
        return first, self._end - 1

    def _plain(self, **more: int) -> Stretch:
        cases, sent, head = self._drawn()
        first, last = self._placed(len(sent))
        head["attributes"] |= more.pop("attributes", 0)
        raw = wire.batch(first, sent, codec=self._random.randrange(5), **head, **more)
        return Stretch(raw, first, last, tuple(cases), garbled=not cases)

    def _transaction(self, *, commits: bool) -> Iterator[Stretch]:
        self._producer += 1
        producer, began = self._producer, self._end
        for _ in range(self._random.randrange(1, 3)):
            part = self._plain(attributes=0x10, producer=producer)
            if commits:
                yield part
            else:
                yield Stretch(part.raw, part.first, part.last, aborts=(producer, began))
        yield self._mark(producer, commits=commits)

    def _mark(self, producer: int, *, commits: bool) -> Stretch:
        first, last = self._placed(1)
        return Stretch(wire.marker(first, producer, commits=commits), first, last)

    def _garbled(self) -> Stretch:
        _, sent, head = self._drawn()
        head["first_ms"] += self._random.choice(TYPES_MS)
        head["first_ms"] = max(-(2**63), min(head["first_ms"], 2**63 - 1))
        first, last = self._placed(len(sent))
        raw = wire.garbled(self._random, first, sent, **head)
        return Stretch(raw, first, last, garbled=True)
