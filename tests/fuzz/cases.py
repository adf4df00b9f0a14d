"""Makes the cases: mutations of valid events of a feed, JSON by its grammar, raw bytes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, TypeAlias
from uuid import UUID

import orjson

from tests.contracts.samples import SAMPLES
from tests.fuzz import payloads
from tests.streams.logs import iso

STEP_MS = 40
LONG_MS = 2 * 3_600_000
"""More than the lateness that ``tests.streams.logs`` allows."""
Fields: TypeAlias = dict[str, bytes]
"""The fields of an event: name -> value as JSON text."""


@dataclass(frozen=True, slots=True)
class Case:
    """A record of the log: key and value as a producer could send them."""

    key: bytes | None
    value: bytes | None
    timestamp: int


class Cases:
    """An endless log of one feed, from a seed; about half of it is valid."""

    def __init__(self, feed: str, seed: int, start_ms: int, districts: tuple[str, ...]) -> None:
        self._random = Random(f"{feed} {seed}")
        self._districts = districts
        self._now_ms = start_ms
        self._ids: list[bytes] = []
        self._samples = [
            {name: orjson.dumps(value) for name, value in sample.items()}
            for (of, _), sample in SAMPLES.items()
            if of == feed
        ]

    def __iter__(self) -> Iterator[Case]:
        random = self._random
        while True:
            self._now_ms += random.randrange(STEP_MS)
            fields, key = self._valid()
            chance = random.random()
            if chance < 0.45:
                yield Case(key, _text(fields), self._now_ms)
            elif chance < 0.75:
                yield Case(key, _text(self._mutated(fields), random), self._now_ms)
            elif chance < 0.93:
                yield Case(key, random.choice(_BYTES)(random, _text(fields)), self._now_ms)
            else:
                yield self._odd(key, fields)

    def _valid(self) -> tuple[Fields, bytes]:
        """An event that nothing speaks against, but that its id may have come before."""
        random = self._random
        if self._ids and random.random() < 0.02:
            event_id = random.choice(self._ids)
        else:
            event_id = orjson.dumps(UUID(int=random.getrandbits(128)))
            self._ids = [*self._ids[-50:], event_id]
        at_ms = self._now_ms - random.choice((0,) * 40 + (500, 500, 9_000, 600_000, LONG_MS))
        district = random.choice(self._districts)
        own = {
            "event_id": event_id,
            "occurred_at": orjson.dumps(iso(at_ms)),
            "district": orjson.dumps(district),
        }
        return random.choice(self._samples) | own, district.encode()

    def _mutated(self, fields: Fields) -> Fields:
        """With one to three values replaced, taken away, added or exchanged."""
        random, changed = self._random, dict(fields)
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            names = list(changed) or ["kind"]
            name = random.choice(names)
            match random.randrange(8):
                case 0:
                    changed.pop(name, None)
                case 1:
                    changed[f"{payloads.MARK}{name}"] = payloads.text(random)
                case 2:
                    changed[name] = changed.get(random.choice(names), b"1")
                case 3:
                    changed[name] = payloads.number(random)
                case 4 | 5:
                    changed[name] = payloads.text(random)
                case 6:
                    changed[name] = random.choice(payloads.OTHERS)
                case _:
                    changed[name] = payloads.grammar(random)
        return changed

    def _odd(self, key: bytes, fields: Fields) -> Case:
        """A case whose record is odd, rather than its event."""
        random, value = self._random, _text(fields)
        odd_key = random.choice((None, b"", b"17", b"148 ", b"\xff\xfe", payloads.MARK.encode()))
        return random.choice(
            (
                Case(odd_key, value, self._now_ms),
                Case(key, value, random.choice(payloads.TIMES_MS)),
                Case(key, None, self._now_ms),
                Case(key, b"", self._now_ms),
                Case(key, random.randbytes(random.randrange(80)), self._now_ms),
                Case(key, payloads.grammar(random), self._now_ms),
                Case(odd_key, payloads.grammar(random), random.choice(payloads.TIMES_MS)),
            )
        )


def _text(fields: Fields, random: Random | None = None) -> bytes:
    """A JSON object; with ``random`` its names may be escaped, and its white space odd."""
    comma, colon = b",", b":"
    names = [orjson.dumps(name) for name in fields]
    if random is not None and random.random() < 0.2:
        comma = random.choice((b", ", b",\t", b" ,\r\n", b",\n"))
        colon = random.choice((b" : ", b":\n", b"\t:"))
    if random is not None and random.random() < 0.15:
        names = [name.replace(b"_", b"\\u005f").replace(b"a", b"\\u0061") for name in names]
    pairs = (name + colon + value for name, value in zip(names, fields.values(), strict=True))
    return b"{" + comma.join(pairs) + b"}"


def _spliced(random: Random, value: bytes) -> bytes:
    at = random.randrange(len(value) + 1)
    return value[:at] + random.choice(payloads.CUTS) + value[at:]


def _overwritten(random: Random, value: bytes) -> bytes:
    changed = bytearray(value)
    for _ in range(random.randrange(1, 4)):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def _cut(random: Random, value: bytes) -> bytes:
    first, last = sorted(random.randrange(len(value) + 1) for _ in range(2))
    return value[:first] + value[last:]


def _doubled(random: Random, value: bytes) -> bytes:
    """A member of the object occurs twice, with the same value or another."""
    members = value[1:-1].split(b',"')
    again = random.choice(members).strip(b'"')
    name = again.partition(b'"')[0]
    other = b'"' + (name + b'":' + payloads.text(random) if random.random() < 0.5 else again)
    return b"{" + other + b"," + value[1:]


def _wrapped(random: Random, value: bytes) -> bytes:
    before, after = random.choice(
        ((b" ", b""), (b"", b"\n"), (b"[", b"]"), (b"", value), (b"", b"," + value))
    )
    return before + value + after


def _grown(random: Random, value: bytes) -> bytes:
    """Near the limit of an event's size, on either side."""
    return value[:-1] + b" " * (65_536 - len(value) + random.randrange(-2, 3)) + b"}"


_BYTES: tuple[Callable[[Random, bytes], Any], ...] = (
    *(_spliced, _spliced, _spliced, _overwritten, _overwritten, _cut, _cut, _doubled, _doubled),
    *(_doubled, _wrapped, _wrapped) * 2,
    _grown,
)
