"""Each feed's log against a recount by loops: any batches, crashes, redeliveries and emissions."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.indicators.parts import Parts, decode_parts
from contracts.reference.province import load_reference
from contracts.registry import feed_named
from contracts.settings import Settings, load_settings
from streams.gauges.state import Writes
from streams.partition.progress import PROGRESS_KEY
from streams.partition.state import Outcome, PartitionState
from tests.streams import logs
from tests.streams.logs import Counts, Record

FEEDS = ("eoffice", "dossier", "traffic", "press")
SETTINGS = load_settings(**logs.RULES)
REFERENCE = load_reference(SETTINGS)
KNOWN: dict[str, set[str]] = {
    district: {each.camera_id for each in REFERENCE.cameras if each.district == district}
    for district in logs.DISTRICTS
}
GENERATION = 1 << 40

Table = dict[str, bytes]


def state_over(feed: str, table: Table, with_settings: Settings = SETTINGS) -> PartitionState:
    return PartitionState(feed_named(feed), with_settings, REFERENCE, dict(table))


def store(table: Table, writes: Writes, count: int | None = None) -> None:
    for key, payload in list(writes.items())[:count]:
        if payload is None:
            table.pop(key, None)
        else:
            table[key] = payload


def flat(parts: Parts) -> Counter[str]:
    """Parts in the form of the recount: ``part[bin]`` for bins and members, nothing that is 0."""
    counts: Counter[str] = Counter()
    for name, part in parts.items():
        if isinstance(part, dict):
            counts.update({f"{name}[{bin_}]": count for bin_, count in part.items()})
        elif isinstance(part, frozenset):
            counts.update({f"{name}[{member}]": 1 for member in part})
        else:
            counts[name] = part
    return Counter({name: count for name, count in counts.items() if count})


def panes_of(table: Table) -> Counts:
    panes: Counts = {}
    for key, payload in table.items():
        if key.startswith("pane|"):
            _, district, minute = key.split("|")
            counts = flat(decode_parts(orjson.loads(payload.split(b" ", 1)[1])))
            if counts:
                panes[district, int(minute)] = counts
    return panes


def gauges_of(feed: str, table: Table) -> Counts:
    state = state_over(feed, table)
    parts = state.gauges.take_changed(state.watermark_s)
    gauges = {(district, 0): flat(held) for district, held in parts.items()}
    for counts in gauges.values():
        counts.pop("known", None)
    return {key: counts for key, counts in gauges.items() if counts}


def gauges_recounted(feed: str, accepted: list[Record]) -> Counts:
    newest_ms = max((each.at_ms for each in accepted), default=0)
    watermark_ms = max(newest_ms - logs.DISORDER_MS, 0)
    if feed == "press":
        return logs.hours(accepted, newest_ms)
    if feed == "traffic":
        return logs.cameras(accepted, watermark_ms, KNOWN)
    return logs.open_items(feed, accepted, watermark_ms)


def within_retention(panes: Counts, accepted: list[Record]) -> Counts:
    """Old panes expire at different times, by their emission; the kept ones must be right."""
    newest_ms: Counter[str] = Counter()
    for each in accepted:
        district = each.fields["district"]
        newest_ms[district] = max(newest_ms[district], each.at_ms)
    kept = logs.RETENTION_H * 60
    return {
        key: pane for key, pane in panes.items() if key[1] >= newest_ms[key[0]] // 60_000 - kept
    }


def answers(outcome: Outcome) -> dict[int, str]:
    found = {event["offset"]: "accepted" for event in logs.accepted_events(outcome)}
    for offset, refused in outcome.refused.items():
        assert offset not in found
        found[offset] = str(refused.refusal.reason)
    return found


class Run:
    """A worker's life on one log, with its verdicts on each offset."""

    def __init__(self, feed: str, log: list[Record], data: st.DataObject) -> None:
        self.feed, self.log, self.data = feed, log, data
        self.table: Table = {}
        self.verdicts: dict[int, str] = {}
        self.state = state_over(feed, self.table)

    def start(self) -> None:
        """Start over the table, and read the duplicate window back in pieces of any size."""
        self.state = state_over(self.feed, self.table)
        end = self.state.next_offset
        first = max(0, end - logs.WINDOW)
        while first < end:
            cut = self.data.draw(st.integers(first + 1, end))
            self.state.remember(logs.batch_of(self.feed, self.log, first, cut))
            first = cut

    def deliver(self, first: int, end: int, *, crash: bool) -> None:
        new = range(max(first, self.state.next_offset), end)
        outcome = self.state.apply(logs.batch_of(self.feed, self.log, first, end))
        answered = answers(outcome)
        assert sorted(answered) == list(new)
        for offset, verdict in answered.items():
            assert self.verdicts.setdefault(offset, verdict) == verdict
        count = self.data.draw(st.integers(0, len(outcome.writes))) if crash else None
        store(self.table, outcome.writes, count)

    def emit(self) -> None:
        upto = self.state.progress.upto
        self.state.panes.take_changed()
        self.state.gauges.take_changed(self.state.watermark_s)
        self.state.progress.emitted_upto = upto

    def live(self) -> None:
        offset = 0
        for _ in range(12):
            if offset >= len(self.log):
                break
            end = self.data.draw(st.integers(offset + 1, len(self.log)))
            happening = self.data.draw(st.sampled_from(("on", "on", "emit", "crash", "crash")))
            self.deliver(offset, end, crash=happening == "crash")
            if happening == "emit":
                self.emit()
            offset = end
            if happening == "crash":
                self.start()
                offset = self.data.draw(st.integers(0, self.state.next_offset))
        self.deliver(0, len(self.log), crash=False)


def check(feed: str, log: list[Record], run: Run) -> None:
    expected, late, beyond = logs.verdicts_of(log)
    assert run.verdicts == dict(enumerate(expected))
    accepted = [each for each, verdict in zip(log, expected, strict=True) if verdict == "accepted"]
    assert within_retention(panes_of(run.table), accepted) == within_retention(
        logs.recount(feed, log), accepted
    )
    assert gauges_of(feed, run.table) == gauges_recounted(feed, accepted)
    progress = orjson.loads(run.table[PROGRESS_KEY])
    upto, _, newest_s, *counts, newest_of, topic_id = progress
    assert upto == len(log) - 1
    assert newest_s == max((each.at_ms for each in accepted), default=0) / 1000
    refused = Counter(expected) - Counter(accepted=len(accepted))
    duplicates = refused.pop("duplicate", 0)
    assert counts == [len(accepted), refused.total(), duplicates, len(late), 0, len(beyond)]
    assert max(newest_of.values(), default=0) == newest_s
    assert not topic_id


@pytest.mark.slow  # it works for seconds
@pytest.mark.parametrize("feed", FEEDS)
@settings(max_examples=120, deadline=None, derandomize=True)
@given(data=st.data())
def test_crashes_and_redeliveries_change_nothing(feed: str, data: st.DataObject) -> None:
    log = data.draw(logs.logs(feed))
    run = Run(feed, log, data)
    run.live()
    check(feed, log, run)


@pytest.mark.parametrize("feed", FEEDS)
@settings(max_examples=40, deadline=None, derandomize=True)
@given(data=st.data())
def test_batches_without_a_crash(feed: str, data: st.DataObject) -> None:
    log = data.draw(logs.logs(feed, 40))
    run = Run(feed, log, data)
    offset = 0
    while offset < len(log):
        end = data.draw(st.integers(offset + 1, len(log)))
        run.deliver(offset, end, crash=False)
        offset = end
    check(feed, log, run)


@pytest.mark.slow  # it works for seconds
def test_the_logs_hold_every_verdict() -> None:
    """The properties above say something only if everything occurs."""
    seen: Counter[str] = Counter()

    @settings(max_examples=400, deadline=None, derandomize=True, database=None)
    @given(log=logs.logs("traffic"))
    def gather(log: list[Record]) -> None:
        verdicts, late, beyond = logs.verdicts_of(log)
        seen.update(verdicts)
        seen["late"] += len(late)
        seen["beyond"] += len(beyond)
        for each, verdict in zip(log, verdicts, strict=True):
            if each.replays is not None:
                seen[f"replay {verdict}"] += 1

    gather()
    assert min(
        seen[name]
        for name in (
            "accepted", "late", "malformed", "unknown_unit", "too_large", "beyond",
            "too_far_ahead", "duplicate", "replay accepted", "replay duplicate",
        )
    ) >= 5  # fmt: skip


def test_places_in_the_log_go_with_accepted_events() -> None:
    log = [
        logs.record("press", "article", logs.START_MS, logs.START_MS, event_id=id_) for id_ in IDS
    ]
    outcome = state_over("press", {}).apply(logs.batch_of("press", log, 0, 3))
    (event,) = [event for event in logs.accepted_events(outcome) if event["event_id"] == IDS[2]]
    assert (event["generation"], event["partition"], event["offset"]) == (0, 0, 2)


IDS = [f"00000000-0000-0000-0000-00000000000{n}" for n in range(3)]


def entries(check: Callable[[str], bool], writes: Mapping[str, Any]) -> list[str]:
    return [key for key in writes if check(key)]


def test_progress_is_written_last() -> None:
    log = [
        logs.record("press", "article", logs.START_MS, logs.START_MS, event_id=id_) for id_ in IDS
    ]
    outcome = state_over("press", {}).apply(logs.batch_of("press", log, 0, 3))
    assert list(outcome.writes)[-1] == PROGRESS_KEY
    assert len(entries(lambda key: key.startswith("pane|"), outcome.writes)) == 1
    assert len(entries(lambda key: key.startswith("gauge-"), outcome.writes)) == 1


def test_records_that_are_included_bring_nothing_about() -> None:
    log = [
        logs.record("press", "article", logs.START_MS, logs.START_MS, event_id=id_) for id_ in IDS
    ]
    state = state_over("press", {})
    state.apply(logs.batch_of("press", log, 0, 3))
    again = state.apply(logs.batch_of("press", log, 0, 2))
    assert (list(again.accepted), dict(again.refused), again.writes) == ([], {}, {})
    assert state.progress.accepted == 3


def test_offsets_need_not_be_contiguous() -> None:
    """Compaction and transaction markers leave gaps."""
    log = [
        logs.record("press", "article", logs.START_MS, logs.START_MS, event_id=id_) for id_ in IDS
    ]
    whole = logs.batch_of("press", log, 0, 3)
    gappy = type(whole)(whole.topic, 0, [4, 9, 10], whole.timestamps, whole.keys, whole.values)
    state = state_over("press", {})
    assert answers(state.apply(gappy)) == {4: "accepted", 9: "accepted", 10: "accepted"}
    assert state.next_offset == 11


@pytest.mark.parametrize("feed", FEEDS)
def test_a_new_generation_goes_on_with_the_figures_and_counts_anew(feed: str) -> None:
    kind = {"eoffice": "received", "dossier": "received", "traffic": "detection"}
    log = [
        logs.record(feed, kind.get(feed, "article"), logs.START_MS, logs.START_MS, event_id=id_)
        for id_ in IDS
    ]
    first = load_settings(**logs.RULES, generation=1)
    second = load_settings(**logs.RULES, generation=2)
    table: Table = {}
    before = state_over(feed, table, first)
    store(table, before.apply(logs.batch_of(feed, log, 0, 3)).writes)
    before.panes.take_changed()
    before.progress.emitted_upto = before.progress.upto
    assert before.progress.upto == GENERATION + 2
    bad = [Record(b"148", b"{", logs.START_MS, logs.START_MS, {})]
    store(table, before.apply(logs.batch_of(feed, [*log, *bad], 3, 4)).writes)
    assert state_over(feed, table, first).panes.take_changed() == {}

    state = state_over(feed, table, second)
    assert state.next_offset == 0
    assert state.watermark_s == logs.START_MS / 1000 - 5  # time does not go back
    assert (state.progress.accepted, state.progress.rejected) == (0, 0)
    (owed,) = state.panes.take_changed().values()
    assert owed[0] == GENERATION + 2
    # The first record of the new log: another document of the same minute. 3 + 1 events.
    other = logs.record(feed, kind.get(feed, "article"), logs.START_MS, logs.START_MS)
    outcome = state.apply(logs.batch_of(feed, [other], 0, 1))
    store(table, outcome.writes)
    ((version, _),) = state.panes.take_changed().values()
    assert version == 2 * GENERATION
    assert [pane["events"] for pane in panes_of(table).values()] == [4]
    assert logs.accepted_events(outcome)[0]["generation"] == 2
    assert state.progress.accepted == 1
    assert state_over(feed, table, second).next_offset == 1


def test_an_event_of_the_provinces_own_code_is_accepted_and_in_its_own_pane_alone() -> None:
    own = logs.record("press", "article", logs.START_MS, logs.START_MS, district="17")
    table: Table = {}
    outcome = state_over("press", table).apply(logs.batch_of("press", [own], 0, 1))
    store(table, outcome.writes)
    assert {district for district, _ in panes_of(table)} == {"17"}
