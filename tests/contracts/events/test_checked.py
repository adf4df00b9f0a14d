"""Events come from JSON with the fields of their kind and no others, and go back to the same."""

from typing import Any

import orjson
import pytest
from annotated_types import Le, Lt

from contracts.events.checked import set_positions, written
from contracts.events.event import Checked
from contracts.messages import ADDED_FIELDS
from contracts.registry import FEEDS, feed_named
from tests.contracts.formed import fields_of, formed
from tests.contracts.samples import SAMPLES

KINDS = sorted(SAMPLES)


def parsed(feed: str, *values: bytes | None) -> list[Checked | None]:
    return feed_named(feed).form.parsed(values)


@pytest.mark.parametrize(("feed", "kind"), KINDS)
def test_all_fields_come_and_go(feed: str, kind: str) -> None:
    sample = SAMPLES[feed, kind]
    (event,) = parsed(feed, orjson.dumps(sample))
    assert event is not None
    assert {name: event[name] for name in sample} == sample
    written_again = fields_of(event)
    assert written_again is not None
    assert {name: written_again[name] for name in sample} == sample
    assert written_again == fields_of(formed(sample))


@pytest.mark.parametrize(("feed", "kind"), KINDS)
@pytest.mark.parametrize("name", [*ADDED_FIELDS, "surprise"])
@pytest.mark.parametrize("value", [None, False, 0, "x", {}])
def test_a_field_that_the_kind_does_not_have_is_refused(
    feed: str, kind: str, name: str, value: Any
) -> None:
    """Above all the place in the log, which only the worker may say."""
    good = orjson.dumps(SAMPLES[feed, kind])
    bad = orjson.dumps(SAMPLES[feed, kind] | {name: value})
    before, refused, after = parsed(feed, good, bad, good)
    assert refused is None
    assert before == after is not None


@pytest.mark.parametrize(("feed", "kind"), KINDS)
def test_an_event_that_lacks_a_field_is_refused_or_gets_its_default(feed: str, kind: str) -> None:
    sample = SAMPLES[feed, kind]
    (model,) = (
        m for m in feed_named(feed).models if kind in str(m.model_fields["kind"].annotation)
    )
    for name, field in model.model_fields.items():
        (event,) = parsed(feed, orjson.dumps({n: sample[n] for n in sample if n != name}))
        assert (event is None) is field.is_required()
        assert event is None or event[name] == field.default


def test_of_a_name_that_stands_twice_the_last_one_counts() -> None:
    seen = orjson.dumps(SAMPLES["traffic", "detection"])
    beat = orjson.dumps(SAMPLES["traffic", "heartbeat"])
    both, other, kind = parsed(
        "traffic",
        seen.replace(b'"lane":1', b'"lane":[{}],"lane":2'),
        seen[:-1] + b',"kind":"heartbeat"}',
        b'{"kind":"detection",' + beat[1:],
    )
    assert both is not None
    assert both["lane"] == 2
    assert other is None
    assert kind is not None
    assert kind["kind"] == "heartbeat"


@pytest.mark.parametrize(
    "value", [None, b"", b"{}", b"[]", b"1", b'"x"', b"{", b"\xff", b"[" * 5_000, b'{"a":' * 5_000]
)
@pytest.mark.parametrize("feed", ["traffic", "press"])
def test_what_is_no_event_is_none(feed: str, value: bytes | None) -> None:
    assert parsed(feed, value, value) == [None, None]


def test_where_events_stand_in_the_log_is_written_with_them() -> None:
    events = [formed(SAMPLES["traffic", "heartbeat"]) for _ in range(3)]
    set_positions(events, 7, 2, [10, 11, 15], [1, 2], [2])
    rows = orjson.loads(written(events))
    assert [[row.get(name) for name in ADDED_FIELDS] for row in rows] == [
        [7, 2, 10, False, None],
        [7, 2, 11, True, None],
        [7, 2, 15, True, True],
    ]


def test_no_number_of_an_event_can_be_too_long_to_store() -> None:
    """JSON has numbers of any length; ClickHouse's whole numbers end at 64 bits."""
    unbounded = [
        f"{feed.name}.{name}"
        for feed in FEEDS
        for model in feed.models
        for name, field in model.model_fields.items()
        if field.annotation in (int, float)
        and not any(isinstance(bound, Le | Lt) for bound in field.metadata)
    ]
    assert unbounded == []
