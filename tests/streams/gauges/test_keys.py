"""Gauges keep their state, whatever their place in the contract, or refuse to start."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from contracts.feed import Feed
from contracts.feeds.dossier import DOSSIER
from contracts.indicators.gauges import HourlyHistory, OpenItems
from contracts.indicators.parts import Parts
from contracts.reference.province import load_reference
from contracts.registry import FEEDS
from contracts.settings import Settings
from contracts.time.instants import epoch_ms
from streams.gauges.keys import SHAPES_KEY, ChangedGaugesError, keys_of
from streams.gauges.of_feed import FeedGauges
from tests.contracts.formed import loose

REFERENCE = load_reference(Settings(_env_file=None))
DONE, PAID = frozenset({"resolved"}), frozenset({"paid"})
DOSSIERS = OpenItems("dossier_id", frozenset({"received"}), DONE, "due_at")
FEES = OpenItems("dossier_id", frozenset({"received"}), PAID, "due_at", prefix="fees_")
HOURS = HourlyHistory(frozenset({"received"}), days=7)
EVENTS = [("received", "a"), ("received", "b"), ("received", "c"), ("resolved", "a"), ("paid", "a"),
          ("paid", "b")]  # fmt: skip
AT = "2026-11-20T03:00:00.000Z"
AT_S = epoch_ms(AT) / 1000

Entries = dict[str, bytes]


def feed_of(*gauges: Any) -> Feed:
    return replace(DOSSIER, gauges=gauges)


def gauges_of(entries: Entries, *gauges: Any) -> FeedGauges:
    return FeedGauges(feed_of(*gauges), REFERENCE, 86_400.0, entries)


def stored(entries: Entries, made: FeedGauges) -> Entries:
    """The entries after all pending changes are written."""
    after: dict[str, bytes | None] = {**entries, **made.take_writes()}
    return {key: payload for key, payload in after.items() if payload is not None}


def worked(*gauges: Any) -> Entries:
    """The entries of these gauges after all events."""
    made = gauges_of({}, *gauges)
    events = [
        loose(kind=kind, district="148", dossier_id=item, occurred_at=AT) for kind, item in EVENTS
    ]
    made.fold(events, [AT_S] * len(events), range(len(events)))
    return stored({}, made)


def parts(made: FeedGauges) -> Parts:
    return made.take_changed(AT_S)["148"]


def test_gauges_that_change_places_keep_their_own_state() -> None:
    """By place they would swap states: here 1 dossier is open and 2 fees."""
    before, after = gauges_of({}, DOSSIERS, FEES), worked(DOSSIERS, FEES)
    assert before.take_changed(AT_S) == {}
    for order in ((DOSSIERS, FEES), (FEES, DOSSIERS)):
        held = parts(gauges_of(after, *order))
        assert (held["open"], held["fees_open"]) == (2, 1)


def test_a_gauge_that_was_added_is_not_taken_for_one_that_has_seen_all() -> None:
    entries = worked(DOSSIERS)
    with pytest.raises(ChangedGaugesError) as raised:
        gauges_of(entries, HOURS, DOSSIERS)
    (added,) = keys_of(feed_of(HOURS))
    assert str(raised.value) == (
        "feed dossier: its contract declares gauges that the stored state lacks "
        f"({added}): stop all workers and run `ioc rebuild --from archive --feeds dossier`, which "
        "rebuilds them from all archived events"
    )


@pytest.mark.parametrize("changed", [{"due": "received_at"}, {"closes": PAID}, {"by": "level"}])
def test_a_gauge_of_another_shape_is_another_gauge(changed: dict[str, Any]) -> None:
    with pytest.raises(ChangedGaugesError):
        gauges_of(worked(DOSSIERS), replace(DOSSIERS, **changed))


def test_what_is_only_told_of_a_state_may_change() -> None:
    told = replace(DOSSIERS, by_values=("province",))
    assert parts(gauges_of(worked(DOSSIERS), told))["open"] == 2


def test_a_gauge_that_was_taken_out_leaves_nothing_behind() -> None:
    both = worked(DOSSIERS, HOURS)
    alone = stored(both, gauges_of(both, DOSSIERS))
    assert alone == worked(DOSSIERS)
    with pytest.raises(ChangedGaugesError):  # it can't catch up on missed events
        gauges_of(alone, DOSSIERS, HOURS)


def test_the_state_of_version_0_1_is_taken_over_by_place_and_then_named() -> None:
    now = worked(DOSSIERS, HOURS)
    numbers = {key: f"gauge{n}" for n, key in enumerate(keys_of(feed_of(DOSSIERS, HOURS)))}
    old = {
        key.replace(name, number): payload
        for key, payload in now.items()
        for name, number in numbers.items()
        if key.startswith(name)
    }
    assert len(old) == len(now) - 1
    made = gauges_of(old, DOSSIERS, HOURS)
    assert parts(made) == parts(gauges_of(now, DOSSIERS, HOURS))
    writes = made.take_writes()
    assert list(writes)[-1] == SHAPES_KEY  # a crash before it has all of this done again
    assert stored(old, gauges_of(old, DOSSIERS, HOURS)) == now


def test_every_feed_names_its_gauges() -> None:
    for feed in FEEDS:
        keys = keys_of(feed)
        assert len(set(keys)) == len(feed.gauges)
        assert all(key.startswith("gauge-") for key in keys)
    with pytest.raises(ValueError, match="declares a gauge twice"):
        keys_of(feed_of(HOURS, HOURS))


def test_a_field_with_a_default_that_kinds_of_gauges_gain_changes_no_key() -> None:
    """Keys are kept by brokers and mirrors for years: those of this release, once for all."""
    assert keys_of(DOSSIER) == ["gauge-OpenItems-4ccdd0b9"]


def test_the_entry_of_shapes_is_sorted() -> None:
    listed = orjson.loads(worked(HOURS, DOSSIERS)[SHAPES_KEY])
    assert listed == sorted(keys_of(feed_of(DOSSIERS, HOURS)))
