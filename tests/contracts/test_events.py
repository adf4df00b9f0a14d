"""Event contracts: what they take, what they refuse, and that both of their forms agree."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contracts.registry import FEEDS, feed_named
from tests.contracts.samples import SAMPLES

KINDS = sorted(SAMPLES)


def accepts(feed: str, event: dict[str, Any]) -> bool:
    """By the batch adapter, which workers use."""
    try:
        feed_named(feed).adapter.validate_json(json.dumps([event]))
    except ValidationError:
        return False
    return True


def model_accepts(feed: str, event: dict[str, Any]) -> bool:
    """By the models, of which the JSON Schema tells."""
    try:
        TypeAdapter(feed_named(feed).event_type).validate_json(json.dumps(event))
    except ValidationError:
        return False
    return True


def test_there_is_a_sample_of_every_kind() -> None:
    assert set(KINDS) == {(feed.name, kind) for feed in FEEDS for kind in feed.kinds}


@pytest.mark.parametrize(("feed", "kind"), KINDS)
def test_a_valid_event_is_taken(feed: str, kind: str) -> None:
    assert accepts(feed, SAMPLES[feed, kind])
    assert model_accepts(feed, SAMPLES[feed, kind])


@pytest.mark.parametrize(("feed", "kind"), KINDS)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("event_id", "0F3F2A52-7C1E-4D1C-9D55-1C9A3B7F0A01"),
        ("event_id", "not-a-uuid"),
        ("district", 148),
        ("district", "148; DROP TABLE units"),
        ("occurred_at", "2026-11-20T03:00:00"),
        ("occurred_at", "1999-12-31T23:59:59Z"),
        ("occurred_at", "2100-01-01T00:00:00Z"),
        ("occurred_at", 1_795_143_600),
        ("source", ""),
        ("source", "x" * 65),
        ("feed", "other"),
        ("kind", "other"),
        ("note", "a field that no contract has"),
    ],
)
def test_a_broken_common_field_is_refused(feed: str, kind: str, field: str, value: object) -> None:
    assert not accepts(feed, SAMPLES[feed, kind] | {field: value})


@pytest.mark.parametrize(
    ("feed", "kind", "field", "value"),
    [
        ("eoffice", "received", "urgency", 5),
        ("eoffice", "received", "direction", "outgoing"),
        ("dossier", "received", "channel", 0),
        ("dossier", "received", "fee_vnd", -1),
        ("dossier", "received", "fee_vnd", "50000"),
        ("dossier", "resolved", "rating", 6),
        ("dossier", "paid", "fee_vnd", 0),
        ("traffic", "detection", "speed_kmh", 250.5),
        ("traffic", "detection", "plate_token", "28A-123.45"),
        ("traffic", "review", "review", "maybe"),
        ("press", "article", "score", -1.01),
        ("press", "article", "sentiment", "angry"),
    ],
)
def test_a_value_out_of_bounds_is_refused(feed: str, kind: str, field: str, value: object) -> None:
    assert not accepts(feed, SAMPLES[feed, kind] | {field: value})


@pytest.mark.parametrize(("feed", "kind"), KINDS)
def test_every_field_but_the_optional_ones_is_needed(feed: str, kind: str) -> None:
    optional = {"rating", "violation", "plate_token", "duplicate_of", "signed"}
    for field in SAMPLES[feed, kind]:
        without = {name: value for name, value in SAMPLES[feed, kind].items() if name != field}
        may_lack = field in optional and (feed, kind) != ("eoffice", "issued")
        may_lack = may_lack and (kind, field) != ("review", "violation")
        assert accepts(feed, without) is may_lack, field


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 300), st.floats(allow_nan=False), st.text(max_size=9)
)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(key=st.sampled_from(KINDS), data=st.data())
def test_models_and_batches_agree(key: tuple[str, str], data: st.DataObject) -> None:
    event = dict(SAMPLES[key])
    for _ in range(data.draw(st.integers(1, 3))):
        field = data.draw(st.sampled_from([*event, "extra"]))
        if data.draw(st.booleans()):
            event.pop(field, None)
        else:
            event[field] = data.draw(VALUES)
    assert accepts(key[0], event) is model_accepts(key[0], event)


@pytest.mark.parametrize("feed", [feed.name for feed in FEEDS])
def test_the_schema_describes_each_kind(feed: str) -> None:
    schema = feed_named(feed).schema()
    assert schema["$schema"].endswith("2020-12/schema")
    models = schema["$defs"].values() if "$defs" in schema else [schema]
    kinds = {model["properties"]["kind"]["const"] for model in models}
    assert kinds == set(feed_named(feed).kinds)
    assert all(model["additionalProperties"] is False for model in models)
