"""``python -m benchmarks.repeats``: what the filter of duplicates costs, in time and memory.

Its parts are timed over the same ids, in turns, in CPU time: the window of last records alone (all
that there was up to 0.2.0), and the filter of a whole day. A share of the events is late by up to
two hours, the others by up to five seconds. On a busy machine the fastest tenth says most.
"""

import argparse
import gc
import random
import time
from collections.abc import Callable, Iterator, Sequence

import psutil

from contracts.settings import load_settings
from streams.kafka.batch import BLOCK
from streams.verdicts.duplicates import DuplicateFilter
from streams.verdicts.recent_ids import RecentIds
from streams.verdicts.remembered_ids import SEGMENT_RECORDS

START_S = 1_800_000_000.0
DISORDER_S, LATE_S = 5.0, 7_200.0
BLOCKS_A_TURN = SEGMENT_RECORDS * 5 // BLOCK
"""Blocks of five segments, so that each turn contains its share of occasional work."""

Block = tuple[list[str], list[float], range]


def main() -> None:
    """Measure with the options of the command line, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=2_000_000, help="of one partition")
    parser.add_argument("--rate", type=float, default=1_250, help="events a second of event time")
    parser.add_argument("--late", type=float, default=0.01, help="share that is late")
    given = parser.parse_args()
    window, day = RecentIds(load_settings().duplicate_window), DuplicateFilter(load_settings())
    turns: dict[str, list[float]] = {"window": [], "day": []}
    table: dict[str, bytes | None] = {}
    for turn in _turns(given.events, given.rate, given.late):
        turns["window"].append(_spent(lambda ids, _, at: window.earlier(ids, at), turn))
        turns["day"].append(_spent(day.repeated, turn))
        table |= day.take_writes()
        for key in day.take_gone():
            del table[key]
    for name, spent in turns.items():
        ordered = sorted(each / BLOCKS_A_TURN / BLOCK * 1e9 for each in spent)
        tenth, middle = ordered[len(ordered) // 10], ordered[len(ordered) // 2]
        print(f"{name}: {tenth:.0f} ns an event in the fastest tenth, {middle:.0f} in the median")
    packed = {key: value for key, value in table.items() if value is not None}
    _print_memory(packed, given.events)


def _print_memory(packed: dict[str, bytes], events: int) -> None:
    ids = len(packed) * SEGMENT_RECORDS
    held = sum(map(len, packed.values()))
    before = _resident()
    began = time.process_time()
    again = DuplicateFilter(load_settings())
    again.load(packed, events)
    took_s = time.process_time() - began
    grown = _resident() - before
    print(
        f"{ids:,} ids: {held / ids:.2f} B each packed, {grown / ids:.2f} B each to find them; "
        f"a start takes {took_s:.2f} s for them beside reading the changelog"
    )


def _resident() -> int:
    gc.collect()
    return int(psutil.Process().memory_info().rss)


def _spent(work: Callable[[list[str], list[float], range], object], turn: Sequence[Block]) -> float:
    spent = 0.0
    for ids, times_s, offsets in turn:
        fresh = [id_[:1] + id_[1:] for id_ in ids]  # new objects, as from a parser: no cached hash
        began = time.thread_time()
        work(fresh, times_s, offsets)
        spent += time.thread_time() - began
    return spent


def _turns(events: int, rate: float, late: float) -> Iterator[list[Block]]:
    rng = random.Random(1)
    for first in range(0, events - BLOCKS_A_TURN * BLOCK, BLOCKS_A_TURN * BLOCK):
        starts = range(first, first + BLOCKS_A_TURN * BLOCK, BLOCK)
        yield [_block(rng, start, rate, late) for start in starts]


def _block(rng: random.Random, first: int, rate: float, late: float) -> Block:
    digits = rng.randbytes(16 * BLOCK).hex()
    parts = (digits[n : n + 32] for n in range(0, len(digits), 32))
    ids = [f"{p[:8]}-{p[8:12]}-{p[12:16]}-{p[16:20]}-{p[20:]}" for p in parts]
    offsets = range(first, first + BLOCK)
    behind_s = [LATE_S if rng.random() < late else DISORDER_S for _ in offsets]
    return (
        ids,
        [START_S + n / rate - s * rng.random() for n, s in zip(offsets, behind_s, strict=True)],
        offsets,
    )


if __name__ == "__main__":
    main()
