"""``python -m benchmarks.guards``: what the guards against foreign producers cost an event.

Placement: the check of a block with and without asking whether its units belong in the partition.
Quarantine: a batch worked as a whole with no record, and with one record, that is refused untried;
and worked apart, as happens when one raises. Reading: record batches as they come from a broker,
and those that no parser takes, which are salvaged.

Each is timed over the same traffic events, in turns, in CPU time. On a busy machine the fastest
tenth says most.
"""

import argparse
import asyncio
import time
from collections.abc import Callable, Mapping

from aiokafka.record.default_records import DefaultRecordBatchBuilder

from benchmarks.ceiling import FEED, batches
from contracts.messages import Reason
from contracts.reference.province import Reference, load_reference
from contracts.registry import feed_named
from contracts.settings import Settings, load_settings
from contracts.topics import events_topic
from contracts.wire.batches import MAGIC
from streams.kafka.batch import BLOCK, FetchedBatch, PartitionBatch
from streams.partition.quarantine import worked_apart
from streams.partition.state import PartitionState
from streams.verdicts.contract import Checker, Refusal

RECORDS, BATCH_RECORDS = 2_000, 500
"""Records of a fetch and of each of its record batches."""
MOST_BYTES = 1 << 20
UNTRIED = Refusal(Reason.UNPROCESSABLE, "it raised before")
NAME, NO_TEXT = b"trace-of", b"trace-\xff\xfe"

APART, APART_EVERY = "worked apart", 10

Work = Callable[[], object]


def main() -> None:
    """Measure, and print a line for each case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=40)
    given = parser.parse_args()
    settings = load_settings()
    batch = max(batches(8 * RECORDS), key=len)
    batch = batch.until(batch.offsets[min(RECORDS, len(batch)) - 1])
    work = {
        **_placement(settings, batch),
        **_quarantine(settings, load_reference(settings), batch),
        **_reading(batch),
    }
    spent: dict[str, list[float]] = {name: [] for name in work}
    for turn in range(given.turns):
        for name, case in work.items():
            if name == APART and turn % APART_EVERY:
                continue
            began = time.thread_time()
            case()
            spent[name].append((time.thread_time() - began) / len(batch) * 1e9)
    for name, times in spent.items():
        ordered = sorted(times)
        tenth, middle = ordered[len(ordered) // 10], ordered[len(ordered) // 2]
        print(f"{name}: {tenth:,.0f} ns an event in the fastest tenth, {middle:,.0f} in the median")


def _placement(settings: Settings, batch: PartitionBatch) -> Mapping[str, Work]:
    codes = load_reference(settings).units.codes
    checker = Checker(feed_named(FEED), codes, settings.max_event_bytes, settings.kafka_partitions)

    def sift(partition: int | None) -> None:
        for block in batch.blocks(BLOCK):
            checker.sift(block.keys, block.values, partition)

    return {
        "check, wherever it stands": lambda: sift(None),
        "check, and placement": lambda: sift(batch.partition),
    }


def _quarantine(
    settings: Settings, reference: Reference, batch: PartitionBatch
) -> Mapping[str, Work]:
    def state() -> PartitionState:
        return PartitionState(feed_named(FEED), settings, reference, {})

    async def load() -> PartitionState:
        return state()

    return {
        "worked as a whole": lambda: state().apply(batch),
        "worked as a whole, one record quarantined": lambda: state().apply(
            batch, {batch.offsets[len(batch) // 2]: UNTRIED}
        ),
        APART: lambda: asyncio.run(worked_apart(batch, load, state)),
    }


def _reading(batch: PartitionBatch) -> Mapping[str, Work]:
    def read(raw: bytes) -> None:
        fetched = FetchedBatch(events_topic(FEED), 0, 0, len(batch) - 1, 0, raw)
        if sum(map(len, fetched.blocks(BLOCK))) != len(batch):
            raise ValueError("not all was read")

    # Both have headers; in one of them, a header's name is invalid text.
    right = b"".join(map(_record_batch, batch.blocks(BATCH_RECORDS)))
    return {"read": lambda: read(right), "salvaged": lambda: read(right.replace(NAME, NO_TEXT))}


def _record_batch(block: PartitionBatch) -> bytes:
    """A record batch with the block's records, at its position in the log."""
    builder = DefaultRecordBatchBuilder(MAGIC, 0, 0, -1, -1, -1, MOST_BYTES)
    held = zip(block.timestamps, block.keys, block.values, strict=True)
    for delta, (at_ms, key, value) in enumerate(held):
        builder.append(delta, at_ms, key, value, [(NAME.decode(), b"")])
    built = bytes(builder.build())
    return block.first_offset.to_bytes(8, "big") + built[8:]


if __name__ == "__main__":
    main()
