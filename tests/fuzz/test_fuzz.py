"""Ten thousand seeded cases, their storage in a real engine, and a few hostile giants."""

from collections.abc import Iterator

import pytest

from contracts.feed import Feed
from contracts.messages import Reason
from contracts.reference.province import load_reference
from contracts.registry import FEEDS
from contracts.settings import Settings
from contracts.topics import MAX_MESSAGE_BYTES
from ioc import schema
from sinks import client
from streams.partition.messages import reject_messages
from streams.partition.state import PartitionState
from tests.contracts.samples import SAMPLES
from tests.fuzz.__main__ import fuzz_settings
from tests.fuzz.cases import Case
from tests.fuzz.harness import Harness, Report, batch_of
from tests.fuzz.storage import differences, store
from tests.fuzz.whole import WholeLogs
from tests.sinks.processes import Endpoint
from tests.streams.logs import START_MS, accepted_events, record

CASES = 10_000
SEED = 4
REFERENCE = load_reference(fuzz_settings())


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    endpoint = Endpoint(tmp_path_factory.mktemp("fuzz"))
    endpoint.start()
    passwords = {"clickhouse_password": "w-secret", "clickhouse_reader_password": "r-secret"}
    own = fuzz_settings(clickhouse_port=endpoint.port, **passwords)
    schema.apply(own, FEEDS, REFERENCE)
    yield own
    endpoint.end()


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_every_case_gets_its_verdict_and_is_stored_harmlessly(
    settings: Settings, feed: Feed
) -> None:
    report = Report()
    count = CASES // len(FEEDS)
    outcomes = Harness(feed, settings, REFERENCE, SEED).run(count, report)
    assert report.findings == []
    assert report.cases == count == report.accepted + report.reasons.total()
    assert report.accepted > 0.3 * count
    assert report.reasons[Reason.MALFORMED] > 0.3 * count
    store(settings, feed, outcomes)
    with client.reader(settings) as reader:
        assert differences(reader, feed, outcomes) == []


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_whole_logs_are_read_alike_however_they_are_fetched(feed: Feed) -> None:
    """Headers of any bytes, codecs, timestamps, transactions, marks, garbled batches."""
    report = Report()
    count = CASES // len(FEEDS)
    WholeLogs(feed, fuzz_settings(), REFERENCE, SEED).run(count, report)
    assert report.findings == []
    assert report.cases >= count
    assert report.accepted > 0.3 * report.cases
    assert report.reasons["garbled"] > 0.02 * report.cases


GIANTS = {
    "100 MB of blanks": b" " * 100_000_000,
    "100 MB of text": b'{"a":"' + b"A" * 100_000_000 + b'"}',
    "more than any setting allows": b"{" + b" " * 900_001 + b"}",
    "as much as a setting may allow": b"{" + b" " * 899_998 + b"}",
}
DEEP = {
    "arrays in arrays": b"[" * 30_000 + b"]" * 30_000,
    "objects in objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "many names": b"{" + b",".join(b'"n%d":1' % n for n in range(5_000)) + b"}",
    "a number of 60,000 digits": b'{"a":' + b"9" * 60_000 + b"}",
    "escapes": b'{"a":"' + b"\\u0000" * 10_000 + b'"}',
}


@pytest.mark.parametrize("bomb", [*GIANTS, *DEEP])
def test_a_bomb_is_refused_in_a_message_that_fits_and_its_neighbours_are_not(bomb: str) -> None:
    (feed,) = (feed for feed in FEEDS if feed.name == "traffic")
    value = {**GIANTS, **DEEP}[bomb]
    good = [
        Case(each.key, each.value, each.published_ms)
        for n in range(2)
        for each in [record("traffic", "heartbeat", START_MS, START_MS, event_id=_id(n))]
    ]
    cases = [good[0], Case(b"148", value, START_MS), good[1]]
    state = PartitionState(feed, fuzz_settings(), REFERENCE, {})
    outcome = state.apply(batch_of(feed, cases, 0))
    assert [event["offset"] for event in accepted_events(outcome)] == [0, 2]
    reason = Reason.TOO_LARGE if bomb in GIANTS else Reason.MALFORMED
    assert {n: refused.refusal.reason for n, refused in outcome.refused.items()} == {1: reason}
    (message,) = reject_messages("traffic", 0, outcome, START_MS)
    assert len(message.value) < MAX_MESSAGE_BYTES


def _id(number: int) -> str:
    return str(SAMPLES["traffic", "heartbeat"]["event_id"])[:-1] + str(number)
