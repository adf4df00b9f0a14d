"""Stores what became of the cases in a real ClickHouse engine, as the sink would."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from uuid import UUID

from clickhouse_connect.driver.client import Client

from contracts.feed import Feed
from contracts.messages import iso
from contracts.settings import Settings
from sinks.consuming.bodies import arrays, rejects
from sinks.consuming.inserter import Inserter
from sinks.consuming.route import Counters, Insert, Record
from sinks.schema.event_table import table_name
from streams.partition.messages import reject_messages
from streams.partition.state import Outcome
from tests.streams.logs import START_MS, accepted_events

BATCH = 200
"""Outcomes of an insert: one batch's contents beside those of many others."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message on its way to the sink."""

    key: bytes | None
    value: bytes
    topic: str = ""
    partition: int = 0
    offset: int = 0
    headers: Sequence[tuple[str, bytes]] = ()


def store(settings: Settings, feed: Feed, outcomes: Sequence[Outcome]) -> None:
    """Insert accepted and refused records. Raises what would end the sink."""
    halt = Event()
    halt.set()  # nothing is waited for
    inserter = Inserter("fuzz", settings, Counters(), halt)
    try:
        for first in range(0, len(outcomes), BATCH):
            for insert in _inserts(feed, outcomes[first : first + BATCH]):
                assert inserter.write(insert), "ClickHouse went away"
    finally:
        inserter.close()


def _inserts(feed: Feed, outcomes: Sequence[Outcome]) -> Iterator[Insert]:
    accepted: list[Record] = []
    refused: list[Record] = []
    for outcome in outcomes:
        accepted += [Message(None, chunk.array) for chunk in outcome.accepted]
        messages = reject_messages(feed.name, 0, outcome, START_MS)
        refused += [Message(each.key.encode(), each.value) for each in messages]
    yield from arrays(table_name(feed.name), accepted)
    yield from rejects(refused)


def differences(client: Client, feed: Feed, outcomes: Sequence[Outcome]) -> list[str]:
    """Differences between ClickHouse and the verdicts."""
    accepted = {event["offset"]: event for each in outcomes for event in accepted_events(each)}
    texts = sorted({name for event in accepted.values() for name in event if _is_text(event[name])})
    columns = ", ".join(texts)
    held = client.query(f"SELECT offset, {columns} FROM {table_name(feed.name)} FINAL").result_rows
    found = [] if len(held) == len(accepted) else [f"{len(held)} rows of {len(accepted)} events"]
    for offset, *row in held:
        event = accepted[offset]
        found += [
            f"{offset}: {name} is {got!r} instead of {event.get(name)!r}"
            for name, got in zip(texts, row, strict=True)
            if _as_sent(got) != event.get(name)
        ]
    return found + _of_rejects(client, feed, outcomes)


def _of_rejects(client: Client, feed: Feed, outcomes: Sequence[Outcome]) -> list[str]:
    refused = {
        offset: record.value or b"" for each in outcomes for offset, record in each.refused.items()
    }
    held = client.query(
        f"SELECT offset, hex(raw) FROM rejects FINAL WHERE feed = '{feed.name}'"
    ).result_rows
    found = [] if len(held) == len(refused) else [f"{len(held)} rows of {len(refused)} rejects"]
    return found + [
        f"{offset}: other bytes were kept"
        for offset, raw in held
        if bytes.fromhex(raw) != refused[offset]
    ]


def _as_sent(held: object) -> object:
    """A value of ClickHouse in the form that events have it."""
    if isinstance(held, datetime):
        return iso(round(held.timestamp() * 1000))
    return str(held) if isinstance(held, UUID) else held


def _is_text(value: object) -> bool:
    return isinstance(value, str)
