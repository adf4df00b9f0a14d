"""Messages and cost of a stack at rest, by topic and by process, of the running `ioc up`.

``python -m benchmarks.rest --seconds 120`` finds it by the settings (IOC_KAFKA_BOOTSTRAP), looks
before and after that time, and reads only then what the topics have gained in between.
"""

import argparse
import asyncio
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from struct import Struct

import psutil
from aiokafka import AIOKafkaConsumer, TopicPartition
from rich.console import Console
from rich.table import Table

from contracts.errors import IocError
from contracts.registry import FEEDS
from contracts.settings import Settings, load_settings
from contracts.topics import topic_specs
from contracts.wire.batches import batch_end
from streams.kafka.access import aiokafka_options
from streams.kafka.internals import BatchFetches, keep_bytes
from streams.kafka.log_reader import log_ends

_PLACE = Struct(">qiibIhi")
"""Head of a record batch: base offset, length, epoch, magic, checksum, attributes, last delta."""
FETCH_S = 1.0

Ends = Mapping[TopicPartition, int]


@dataclass
class Said:
    """New messages of a topic; ``kept`` are the bytes of its record batches on the broker."""

    messages: int = 0
    batches: int = 0
    kept: int = 0


@dataclass(frozen=True)
class Taken:
    """The cost of a process: seconds of CPU so far, and current memory."""

    cpu_s: float
    memory_mb: float


def stack(settings: Settings) -> dict[int, str]:
    """The processes of the stack, by id: the broker's parent and all that it started.

    Raises IocError where no broker listens here.
    """
    port = int(settings.kafka_bootstrap.rpartition(":")[2])
    for connection in psutil.net_connections("tcp"):
        is_listening = connection.status == psutil.CONN_LISTEN
        if is_listening and port in connection.laddr and connection.pid:
            first = psutil.Process(connection.pid).parent()
            if first is not None:
                return {each.pid: _name(each) for each in [first, *first.children(recursive=True)]}
    raise IocError(f"nothing listens on port {port}: start `ioc up` first")


def _name(process: psutil.Process) -> str:
    words = process.cmdline()
    part = words.index("ioc") + 1 if "ioc" in words else 0
    return " ".join(words[part : part + 2]) if part else process.name()


def taken(pids: Mapping[int, str]) -> dict[int, Taken]:
    """The cost of each process so far."""
    found = {}
    for pid in pids:
        process = psutil.Process(pid)
        times = process.cpu_times()
        found[pid] = Taken(times.user + times.system, process.memory_info().rss / 1e6)
    return found


class Topics:
    """Reads topics between two ends."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._names = [spec.name for spec in topic_specs(settings, FEEDS)]

    async def ends(self) -> Ends:
        """The current end of each partition."""
        access = aiokafka_options(self._settings)
        async with AIOKafkaConsumer(**access, group_id=None) as consumer:
            logs = [
                TopicPartition(name, number)
                for name in self._names
                for number in range(self._settings.kafka_partitions)
            ]
            return await log_ends(access, await consumer.end_offsets(logs))

    async def said(self, since: Ends, until: Ends) -> dict[str, Said]:
        """The messages between two ends, by topic."""
        grown = [log for log, end in until.items() if end > since[log]]
        found: dict[str, Said] = defaultdict(Said)
        access = aiokafka_options(self._settings)
        keep_bytes()
        async with AIOKafkaConsumer(**access, group_id=None) as consumer:
            consumer.assign(grown)
            for log in grown:
                consumer.seek(log, since[log])
            fetches = BatchFetches(consumer, None, lambda _: True)
            left = set(grown)
            while left:
                for log, (batch,) in (await fetches.next(FETCH_S, None)).items():
                    _count(found[log.topic], batch.raw, since[log], until[log])
                    if batch.last_offset + 1 >= until[log]:
                        left.discard(log)
        return found


def _count(said: Said, raw: bytes, first: int, end: int) -> None:
    for base, messages, size in _batches(raw):
        if first <= base < end:
            said.messages += messages
            said.batches += 1
            said.kept += size


def _batches(raw: bytes) -> Iterator[tuple[int, int, int]]:
    """Base offset, messages and bytes of each record batch."""
    place = 0
    while place < len(raw):
        base, *_, delta = _PLACE.unpack_from(raw, place)
        end = batch_end(raw, place)
        yield base, delta + 1, end - place
        place = end


@dataclass
class Rest:
    """The findings of ``seconds``."""

    seconds: float
    topics: Mapping[str, Said]
    names: Mapping[int, str]
    before: Mapping[int, Taken]
    after: Mapping[int, Taken] = field(default_factory=dict)


def measure(settings: Settings, seconds: float) -> Rest:
    """Observe the stack for ``seconds``. Raises IocError if none runs."""
    topics, names = Topics(settings), stack(settings)
    since = asyncio.run(topics.ends())
    began, before = time.monotonic(), taken(names)
    time.sleep(seconds)
    took, after = time.monotonic() - began, taken(names)
    until = asyncio.run(topics.ends())
    return Rest(took, asyncio.run(topics.said(since, until)), names, before, after)


def show(rest: Rest, console: Console) -> None:
    """Print two tables."""
    table = Table("topic", "messages/s", "record batches/s", "B/s kept")
    whole = Said()
    for name, said in sorted(rest.topics.items(), key=lambda item: -item[1].kept):
        _row(table, name, said, rest.seconds)
        whole.messages += said.messages
        whole.batches += said.batches
        whole.kept += said.kept
    _row(table, "all", whole, rest.seconds)
    console.print(table)
    table = Table("process", "cores", "MB", "MB/min")
    for pid, name in rest.names.items():
        before, after = rest.before[pid], rest.after[pid]
        grown = after.memory_mb - before.memory_mb
        table.add_row(
            name,
            f"{(after.cpu_s - before.cpu_s) / rest.seconds:.3f}",
            f"{after.memory_mb:.0f}",
            f"{grown / rest.seconds * 60:.1f}",
        )
    console.print(table)


def _row(table: Table, name: str, said: Said, seconds: float) -> None:
    rates = (said.messages / seconds, said.batches / seconds)
    table.add_row(name, *(f"{rate:.2f}" for rate in rates), f"{said.kept / seconds:,.0f}")


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=120)
    given = parser.parse_args()
    try:
        show(measure(load_settings(), given.seconds), Console())
    except IocError as error:
        sys.exit(f"rest: {error}")


if __name__ == "__main__":
    main()
