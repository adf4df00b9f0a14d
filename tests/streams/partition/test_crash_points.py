"""Any batching, any crash point, any redelivery: the same verdicts and the same figures.

A log of dossier events is worked through once, record by record, and once in batches that crash
after a random number of table entries was stored. Both must leave the same table; panes are also
recounted by a loop of their own.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.reference.province import load_reference
from contracts.registry import feed_named
from contracts.settings import Settings, load_settings
from streams.kafka.batch import PartitionBatch
from streams.partition.progress import PROGRESS_KEY
from streams.partition.state import PartitionState
from tests.streams.logs import accepted_events

FEED = feed_named("dossier")
BASE = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
SETTINGS = load_settings(duplicate_window=8, lateness_h=1, pane_retention_h=25, kafka_partitions=1)
REFERENCE = load_reference(SETTINGS)
DISTRICTS = ("148", "150", "999")
TOPIC = "ioc.events.dossier.v1"

Table = dict[str, bytes]


def event(number: int, district: str, kind: str, minutes: float) -> dict[str, Any]:
    at = BASE + timedelta(minutes=minutes)
    fields: dict[str, Any] = {
        "event_id": str(UUID(int=number)),
        "feed": "dossier",
        "kind": kind,
        "district": district,
        "occurred_at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "source": "test",
        "dossier_id": f"d-{number % 5}",
        "procedure": "p-1",
        "sector": "dat-dai",
        "level": "district",
        "agency": "ubnd",
        "received_at": BASE.isoformat(),
    }
    due = (BASE + timedelta(minutes=30)).isoformat()
    if kind == "received":
        fields |= {"channel": 2, "due_at": due, "fee_vnd": 0}
    elif kind == "resolved":
        fields |= {"due_at": due, "digitised": True, "rating": 5}
    return fields


@st.composite
def logs(draw: st.DrawFn) -> list[tuple[bytes, bytes, int]]:
    """Key, value and timestamp (ms) of each record; numbers repeat, so that ids are doubled."""
    records = []
    for _ in range(draw(st.integers(1, 24))):
        district = draw(st.sampled_from(DISTRICTS))
        kind = draw(st.sampled_from(("received", "resolved", "returned")))
        minutes = draw(st.sampled_from((0, 0.5, 1, 2, 40, 61, 130, -70)))
        raw = orjson.dumps(event(draw(st.integers(0, 12)), district, kind, minutes))
        if draw(st.integers(0, 9)) == 0:
            raw = raw[:-7]
        published = BASE + timedelta(minutes=draw(st.sampled_from((60, 135))))
        records.append((district.encode(), raw, int(published.timestamp() * 1000)))
    return records


def batch_of(log: list[tuple[bytes, bytes, int]], first: int, end: int) -> PartitionBatch:
    part = log[first:end]
    return PartitionBatch(
        TOPIC,
        0,
        list(range(first, end)),
        [timestamp for _, _, timestamp in part],
        [key for key, _, _ in part],
        [value for _, value, _ in part],
    )


def store(table: Table, writes: dict[str, bytes | None], count: int) -> None:
    for key, payload in list(writes.items())[:count]:
        if payload is None:
            table.pop(key, None)
        else:
            table[key] = payload


def state_over(table: Table, log: list[tuple[bytes, bytes, int]]) -> PartitionState:
    """A worker that has just started: its table, and the records that it reads back."""
    state = PartitionState(FEED, SETTINGS, REFERENCE, dict(table))
    end = state.next_offset
    first = max(0, end - SETTINGS.duplicate_window)
    if end > first:
        state.remember(batch_of(log, first, end))
    return state


def verdicts_of(state: PartitionState, batch: PartitionBatch) -> tuple[dict[int, str], Any]:
    outcome = state.apply(batch)
    verdicts = {
        event["offset"]: "beyond" if event.get("beyond") else "accepted"
        for event in accepted_events(outcome)
    }
    verdicts |= {offset: str(record.refusal.reason) for offset, record in outcome.refused.items()}
    return verdicts, outcome.writes


def one_by_one(log: list[tuple[bytes, bytes, int]]) -> tuple[Table, dict[int, str]]:
    table: Table = {}
    verdicts: dict[int, str] = {}
    state = state_over(table, log)
    for offset in range(len(log)):
        given_here, writes = verdicts_of(state, batch_of(log, offset, offset + 1))
        verdicts |= given_here
        store(table, writes, len(writes))
    return table, verdicts


def figures_of(table: Table) -> dict[str, Any]:
    """Panes without the position that touched them last, progress, and what the gauges say.

    How soon the entry of a closed item is forgotten does depend on batches, and so whether a
    worker that starts anew knows of a district that it has nothing open there.
    """
    figures = {
        key: orjson.loads(payload.split(b" ", 1)[1] if key.startswith("pane|") else payload)
        for key, payload in table.items()
        if not key.startswith(("gauge", "seen|"))
    }
    state = PartitionState(FEED, SETTINGS, REFERENCE, dict(table))
    gauges = state.gauges.take_changed(state.watermark_s)
    return figures | {
        f"gauges of {district}": parts for district, parts in gauges.items() if any(parts.values())
    }


@pytest.mark.slow  # it works for seconds
@settings(max_examples=250, deadline=None, derandomize=True)
@given(log=logs(), data=st.data())
def test_batches_and_crashes_change_nothing(
    log: list[tuple[bytes, bytes, int]], data: st.DataObject
) -> None:
    expected, expected_verdicts = one_by_one(log)
    table: Table = {}
    verdicts: dict[int, str] = {}
    state, offset = state_over(table, log), 0
    for _ in range(200):
        if offset >= len(log):
            break
        end = data.draw(st.integers(offset + 1, len(log)))
        given_here, writes = verdicts_of(state, batch_of(log, offset, end))
        for place, verdict in given_here.items():
            assert verdicts.setdefault(place, verdict) == verdict
        crash = data.draw(st.booleans())
        stored = data.draw(st.integers(0, len(writes))) if crash else len(writes)
        store(table, writes, stored)
        offset = end
        if crash:
            state = state_over(table, log)
            offset = data.draw(st.integers(0, state.next_offset))
    final = state_over(table, log)
    if final.next_offset < len(log):
        given_here, writes = verdicts_of(final, batch_of(log, 0, len(log)))
        verdicts |= given_here
        store(table, writes, len(writes))
    assert verdicts == expected_verdicts
    assert sorted(verdicts) == list(range(len(log)))
    assert figures_of(table) == figures_of(expected)


@pytest.mark.slow  # it works for seconds
@settings(max_examples=150, deadline=None, derandomize=True)
@given(log=logs())
def test_panes_equal_a_recount(log: list[tuple[bytes, bytes, int]]) -> None:
    table, verdicts = one_by_one(log)
    recount: Counter[tuple[str, str]] = Counter()
    for offset, (_, raw, _) in enumerate(log):
        if verdicts[offset] == "accepted":
            fields = orjson.loads(raw)
            at = datetime.fromisoformat(fields["occurred_at"])
            minute = int(at.timestamp()) // 60
            recount[f"pane|{fields['district']}|{minute}", fields["kind"]] += 1
    held = {
        (key, kind): parts["counts"].get(kind, 0)
        for key, parts in figures_of(table).items()
        if key.startswith("pane|")
        for kind in ("received", "resolved")
    }
    for kind in ("received", "resolved"):
        for key in {key for key, _ in held}:
            assert held[key, kind] == recount[key, kind]
    told = Counter(verdicts.values())
    accepted, progress = told["accepted"], orjson.loads(table[PROGRESS_KEY])
    assert (progress[3], progress[8]) == (accepted + told["beyond"], told["beyond"])
    # Nothing here is old enough to expire: the panes hold every event that was not too late.
    assert sum(recount.values()) == accepted
    everywhere = [p["counts"]["events"] for k, p in figures_of(table).items() if "pane|" in k]
    assert sum(everywhere) == accepted


def test_a_forgotten_log_goes_on_from_its_figures() -> None:
    """A new generation: counts and offsets start anew, panes grow, all are owed an emission."""
    log = [(b"148", orjson.dumps(event(n, "148", "received", 1)), 10**15) for n in range(3)]
    table, _ = one_by_one(log)
    later: Settings = SETTINGS.model_copy(update={"generation": 1})
    state = PartitionState(FEED, later, REFERENCE, dict(table))
    assert state.next_offset == 0
    assert len(state.panes.take_changed()) == 1
    more = [(b"148", orjson.dumps(event(9, "148", "received", 1)), 10**15)]
    store(table, state.apply(batch_of(more, 0, 1)).writes, 100)
    (pane,) = (parts for key, parts in figures_of(table).items() if key.startswith("pane|"))
    assert pane["counts"]["received"] == 4
    assert state.progress.accepted == 1
