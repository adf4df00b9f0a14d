"""Events sent again after a broker forgot its log: the state tells that they came before."""

from uuid import UUID

import orjson

from streams.partition.state import PartitionState
from streams.verdicts.duplicates import IDS_PER_ENTRY, known_entries, known_ids
from tests.streams.partition.test_crash_points import FEED, REFERENCE, SETTINGS, batch_of, event


def ids(*numbers: int) -> list[str]:
    return [str(UUID(int=number)) for number in numbers]


def test_entries_give_back_the_ids_in_order() -> None:
    many = ids(*range(2 * IDS_PER_ENTRY + 1))
    entries = dict(known_entries(many))
    assert list(entries) == ["known|0", "known|1", "known|2"]
    assert known_ids(entries | {"progress": b"[]"}) == many
    assert known_ids({}) == []


def test_an_event_of_the_log_before_is_a_duplicate() -> None:
    """However far behind: of 12 ids the eight newest are within the window of 8."""
    later = SETTINGS.model_copy(update={"generation": 1})
    entries = dict(known_entries(ids(*range(12))))
    state = PartitionState(FEED, later, REFERENCE, entries)
    sent = [0, 8, 7, 50, 51, 52, 53, 54, 0]
    log = [(b"148", orjson.dumps(event(n, "148", "received", 1)), 10**15) for n in sent]
    outcome = state.apply(batch_of(log, 0, len(log)))
    reasons = {offset: str(refused.refusal.reason) for offset, refused in outcome.refused.items()}
    assert reasons == dict.fromkeys((0, 1, 2, 8), "duplicate")


def test_a_worker_that_starts_again_gives_the_same_verdicts() -> None:
    later = SETTINGS.model_copy(update={"generation": 1})
    entries = dict(known_entries(ids(3, 4)))
    log = [(b"148", orjson.dumps(event(n, "148", "received", 1)), 10**15) for n in (9, 4)]
    first = PartitionState(FEED, later, REFERENCE, entries)
    writes = first.apply(batch_of(log, 0, 1)).writes
    table = entries | {key: payload for key, payload in writes.items() if payload is not None}
    again = PartitionState(FEED, later, REFERENCE, table)
    again.remember(batch_of(log, 0, 1))
    (refused,) = again.apply(batch_of(log, 1, 2)).refused.values()
    assert refused.refusal.reason == "duplicate"
