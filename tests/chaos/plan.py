"""The faults, their order and their times, as a function of the seed."""

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

SESSION_TIMEOUT_S = 3.0
"""The consumers' session timeout in these runs; a pause lasts longer."""

SOON_S, LATER_S = (0.0, 0.8), (4.0, 16.0)
SOON_SHARE = 0.35
HOLD_S = (SESSION_TIMEOUT_S + 0.5, SESSION_TIMEOUT_S + 5.0)
MOST_PICK = 1_000


class Kind(StrEnum):
    """The kinds of faults; the value names one in reports."""

    KILL_WORKER = "kill worker"
    KILL_WORKER_AGAIN = "kill worker, and again as it recovers"
    PAUSE_WORKER = "pause worker beyond its session"
    JOIN_AND_KILL = "two workers, one killed"
    JOIN_AND_END = "two workers, one ended in order"
    KILL_SINK = "kill sink"
    PAUSE_SINK = "pause sink beyond its session"
    INSERT_TWICE = "same inserts again"
    KILL_ENDPOINT = "kill ClickHouse endpoint"
    PAUSE_ENDPOINT = "pause ClickHouse endpoint"
    KILL_PRODUCER = "kill producer"
    PAUSE_BROKER = "pause broker beyond the sessions"
    KILL_BROKER = "kill broker"
    FOREIGN_PRODUCER = "foreign producer"
    ABORTED_TRANSACTION = "transactions, most of them aborted"
    CLOCK_STEP = "worker's clock leaps and comes back"
    TOPIC_RECREATED = "topic made anew"
    LOG_TRUNCATED = "end of a log cut off"


RARE = (Kind.TOPIC_RECREATED, Kind.LOG_TRUNCATED)
"""After each of these all logs are read again from their beginning."""
RARE_EVERY = 2
"""Rare kinds are in one of this many rounds of all kinds."""
WANTS_KAFKA = (Kind.KILL_BROKER, Kind.ABORTED_TRANSACTION, *RARE)
FORGETFUL = tuple(kind for kind in Kind if kind not in WANTS_KAFKA)
"""What the embedded broker survives: its log ends with its process, and it has no transactions.

Its log is in memory, where nobody can cut it, and its clients keep a deleted topic's old id.
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """``kind`` strikes ``wait_s`` seconds after the previous fault.

    ``hold_s`` is how long a pause lasts, or until the second half of a fault comes; ``pick``
    decides between alternatives, such as two workers.
    """

    wait_s: float
    kind: Kind
    hold_s: float
    pick: int


def plan(seed: int, count: int, of: Sequence[Kind] = FORGETFUL) -> list[Fault]:
    """So many faults: all kinds in a drawn order, then all of them in another order, and so on.

    Rare ones are left out of most of these rounds.

    About a third follows within a second, so that it hits what the one before has left.
    """
    source = random.Random(seed)
    kinds: list[Kind] = []
    for number in itertools.count():
        if len(kinds) >= count:
            break
        drawn = source.sample(of, len(of))
        kinds += [kind for kind in drawn if kind not in RARE or number % RARE_EVERY == 0]
    return [
        Fault(
            source.uniform(*(SOON_S if source.random() < SOON_SHARE else LATER_S)),
            kind,
            source.uniform(*HOLD_S),
            source.randrange(MOST_PICK),
        )
        for kind in kinds[:count]
    ]
