"""Any number of real events: those of a simulator, repeated with new ids at later times."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

from contracts.messages import iso, parse_iso
from contracts.settings import load_settings
from producers.faults import Faults, Message
from producers.identity import Namer
from producers.registry import simulator_of
from producers.simulator import World
from producers.timeline import Span, Timeline, pace_of

START_MS = 1_795_143_600_000
"""2026-11-20 03:00:00 UTC, the morning of a working day."""

DISTINCT = 100_000
"""Events that the simulator draws. Drawing an event costs more than processing it."""

_TIME = re.compile(rb'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{3}Z)"')
_ID = re.compile(rb'"(event_id|document_id|dossier_id|article_id)":"([^"]{8})')
"""The ids of events and items, whose beginning is replaced by the number of the repetition."""


def messages(
    feed: str, count: int, rate: float = 5_000, fault_share: float = 0.005
) -> Iterator[Message]:
    """So many messages of a feed, ``rate`` to a second of event time, in order of publication.

    ``fault_share`` is the number of faulty messages beside each good one, 0-1.
    """
    drawn = _drawn(feed, min(count, DISTINCT), rate, fault_share)
    span_ms = drawn[-1].publish_ms - drawn[0].publish_ms
    step_ms = (span_ms // 1000 + 1) * 1000
    told = 0
    for telling in range(-(-count // len(drawn))):
        again = _again(telling, telling * step_ms)
        for message in islice(drawn, count - told):
            yield again(message) if telling else message
        told += len(drawn)


@lru_cache(maxsize=4)
def _drawn(feed: str, count: int, rate: float, fault_share: float) -> Sequence[Message]:
    world = World.load(load_settings())
    simulator = simulator_of(feed, world)
    faults = Faults(fault_share, world.units, Namer(world.seed, feed))
    timeline = Timeline(simulator, pace_of(simulator, rate), faults, Span(START_MS, START_MS))
    return list(islice(timeline.take(START_MS + 10**12), count))


def _again(telling: int, later_ms: int) -> Callable[[Message], Message]:
    @lru_cache(maxsize=65_536)
    def shifted(second: bytes) -> bytes:
        return iso(parse_iso(f"{second.decode()}Z") + later_ms)[:19].encode()

    def time(found: re.Match[bytes]) -> bytes:
        return b'"' + shifted(found[1]) + found[2] + b'"'

    number = b"%08x" % telling

    def name(found: re.Match[bytes]) -> bytes:
        return b'"' + found[1] + b'":"' + number

    def again(message: Message) -> Message:
        value = _ID.sub(name, _TIME.sub(time, message.value))
        return Message(message.publish_ms + later_ms, message.key, value)

    return again
