"""Every feed: its schema, its declarations, and what its adapter takes and refuses."""

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contracts.errors import ContractError
from contracts.events.event import Event, kind_of
from contracts.feed import Feed
from contracts.indicators.measures import Count
from contracts.registry import FEEDS, feed_named
from tests.contracts.samples import SAMPLES as VALID

Fields = dict[str, Any]

KINDS = sorted(VALID)
CATALOG = {
    "eoffice": "received issued completed on_time_share signed_share electronic_share"
    " hours_mean hours_p90 open overdue",
    "dossier": "received resolved on_time_share online_share online_payment_share"
    " digitised_share satisfaction days_mean days_p90 open overdue",
    "traffic": "flow speed_mean speed_p85 detected confirmed reject_share heavy_share"
    " cameras_online",
    "press": "articles outlets negative_share sentiment_mean spike",
}
CATALOGUED = tuple(feed_named(name) for name in CATALOG)
"""The feeds whose catalog is written here; the others' own tests hold theirs."""
PRESS = feed_named("press")
NEEDED_HERE = {("issued", "signed"), ("review", "violation")}
OPTIONAL = {"signed", "rating", "violation", "plate_token", "duplicate_of", "detected_at"}


def event(of_feed: str, of_kind: str, **changes: object) -> Fields:
    """The sample of that kind with other values in some fields."""
    return VALID[of_feed, of_kind] | changes


def is_time(name: str) -> bool:
    return name.endswith("_at")


def raw(fields: Fields) -> bytes:
    """The message of an event; the json module also writes integers of any size."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def accepts(feed: str, value: bytes) -> bool:
    try:
        return len(feed_named(feed).adapter.validate_json(b"[" + value + b"]")) == 1
    except ValidationError:
        return False


def model_accepts(feed: str, value: bytes) -> bool:
    try:
        TypeAdapter(feed_named(feed).event_type).validate_json(value)
    except ValidationError:
        return False
    return True


def test_the_catalog_has_these_kinds() -> None:
    assert {feed.name: set(feed.kinds) for feed in CATALOGUED} == {
        "eoffice": {"received", "issued", "completed", "revoked"},
        "dossier": {"received", "supplement_requested", "resolved", "returned", "paid"},
        "traffic": {"detection", "review", "heartbeat"},
        "press": {"article"},
    }
    assert {(feed.name, kind) for feed in FEEDS for kind in feed.kinds} == set(VALID)


def test_the_catalog_has_these_indicators() -> None:
    """Besides those that only refine one of them: satisfied_share, and overdue by urgency."""
    held = {
        feed.name: {
            each.name
            for each in feed.indicators
            if each.name != "satisfied_share" and not re.fullmatch("overdue_[0-4]", each.name)
        }
        for feed in CATALOGUED
    }
    assert held == {name: set(text.split()) for name, text in CATALOG.items()}


def test_thresholds_are_those_of_the_catalog() -> None:
    held = {
        feed.indicator_id(each): (each.threshold.good, each.threshold.warn)
        for feed in FEEDS
        for each in feed.indicators
        if each.threshold
    }
    assert held["eoffice.on_time_share"] == held["dossier.on_time_share"] == (0.95, 0.90)
    assert held["dossier.online_share"] == held["dossier.digitised_share"] == (0.80, 0.50)
    assert held["dossier.online_payment_share"] == (0.60, 0.30)
    assert held["press.negative_share"] == (0.20, 0.35)
    assert held["traffic.cameras_online"] == (0.95, 0.85)
    fresh = {feed.name: feed.stale_s for feed in CATALOGUED}
    assert fresh == {"traffic": 30, "eoffice": 300, "dossier": 300, "press": 900}


def test_gauges_speak_for_an_instant_and_others_for_three_horizons() -> None:
    for feed in FEEDS:
        for indicator in feed.indicators:
            expected = (0,) if indicator.is_gauge else (300, 3_600, 86_400)
            assert indicator.horizons_s == expected


def nodes(schema: object) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for inner in schema.values():
            yield from nodes(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from nodes(inner)


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_the_schema_is_json_schema(feed: Feed) -> None:
    schema = orjson.loads(orjson.dumps(feed.schema()))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for node in nodes(schema):
        if "$ref" in node:
            assert node["$ref"].removeprefix("#/$defs/") in schema["$defs"]
        if isinstance(node.get("pattern"), str):
            re.compile(node["pattern"])
    models = list(schema["$defs"].values()) if "oneOf" in schema else [schema]
    if "oneOf" in schema:
        assert len(schema["oneOf"]) == len(feed.kinds)
        assert set(schema["discriminator"]["mapping"]) == set(feed.kinds)
    assert {model["properties"]["kind"]["const"] for model in models} == set(feed.kinds)
    for model in models:
        properties = model["properties"]
        example = VALID[feed.name, properties["kind"]["const"]]
        assert model["additionalProperties"] is False
        assert set(model["required"]) <= set(example) <= set(properties)
        if feed in CATALOGUED:
            needed = {name for of, name in NEEDED_HERE if of == properties["kind"]["const"]}
            assert set(properties) - set(model["required"]) == OPTIONAL & set(properties) - needed
        assert properties["feed"]["const"] == feed.name
        for name in set(filter(is_time, properties)) - OPTIONAL:
            assert properties[name]["format"] == "date-time"


def test_all_feeds_with_several_kinds_are_unions() -> None:
    for feed in FEEDS:
        assert ({"$defs", "oneOf"} <= set(feed.schema())) is (len(feed.kinds) > 1)


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_indicators_read_only_parts_that_the_feed_gives(feed: Feed) -> None:
    feed.require_parts()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"measures": PRESS.measures[1:]},
            "indicator articles reads the part articles, which no measure gives; there are: ",
        ),
        (
            {"gauges": ()},
            "indicator spike reads the part hours, which no gauge gives; there are: none",
        ),
        (
            {"gauges": (*PRESS.gauges, *PRESS.gauges)},
            "two gauges give the part hours",
        ),
    ],
)
def test_a_part_that_nothing_gives_is_named(changes: Fields, sentence: str) -> None:
    """A screen would show a dash for it, and nothing else would."""
    with pytest.raises(ContractError, match=f"^feed press: {re.escape(sentence)}"):
        replace(PRESS, **changes).require_parts()


@pytest.mark.parametrize(("feed", "kind"), KINDS)
def test_a_valid_event_is_taken_as_it_stands(feed: str, kind: str) -> None:
    fields = VALID[feed, kind]
    (taken,) = feed_named(feed).adapter.validate_json(b"[" + raw(fields) + b"]")
    for name, value in fields.items():
        if is_time(name):
            assert taken[name] == datetime.fromisoformat(value)
        else:
            assert taken[name] == value
            assert type(taken[name]) is type(value)
    assert set(taken) == set(fields)


@pytest.mark.parametrize(("feed", "kind"), [key for key in KINDS if key[0] in CATALOG])
def test_each_field_is_needed_unless_it_is_optional(feed: str, kind: str) -> None:
    for name in VALID[feed, kind]:
        fields = {key: value for key, value in VALID[feed, kind].items() if key != name}
        needed = name not in OPTIONAL or (kind, name) in NEEDED_HERE
        assert accepts(feed, raw(fields)) is not needed, name
        may_be_null = name in OPTIONAL - {"signed"} and not needed
        assert accepts(feed, raw(event(feed, kind, **{name: None}))) is may_be_null, name


@pytest.mark.parametrize(("feed", "kind"), KINDS)
def test_a_field_too_many_is_refused(feed: str, kind: str) -> None:
    assert not accepts(feed, raw(event(feed, kind, phone="0912345678")))
    assert not accepts(feed, raw(event(feed, kind, generation=0)))


@pytest.mark.parametrize(("feed", "kind"), KINDS)
def test_nothing_is_coerced(feed: str, kind: str) -> None:
    for name, value in VALID[feed, kind].items():
        wrong: list[object] = [[value], {"value": value}]
        if isinstance(value, bool):
            wrong += ["true", 1, 0]
        elif isinstance(value, int):
            wrong += [str(value), float(value) + 0.5, True]
        elif isinstance(value, float):
            wrong += [str(value), True]
        elif isinstance(value, str):
            wrong += [1, 1.5, True]
        for other in wrong:
            assert not accepts(feed, raw(event(feed, kind, **{name: other}))), (name, other)


@pytest.mark.parametrize(("feed", "kind"), KINDS)
def test_times_have_a_zone_and_lie_in_this_century(feed: str, kind: str) -> None:
    for name in filter(is_time, VALID[feed, kind]):
        for good in ("2000-01-01T00:00:00Z", "2099-12-31T23:59:59.999Z", "2000-01-01T07:00+07:00"):
            assert accepts(feed, raw(event(feed, kind, **{name: good}))), (name, good)
        for bad in (
            "2026-11-23T03:15:30",
            "2026-11-23 03:15:30",
            "2026-11-23",
            "1999-12-31T23:59:59.999Z",
            "2000-01-01T06:59:59+07:00",
            "2100-01-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-11-23T24:00:01Z",
            "yesterday",
            "",
        ):
            assert not accepts(feed, raw(event(feed, kind, **{name: bad}))), (name, bad)


@pytest.mark.parametrize(("feed", "kind"), KINDS)
def test_ids_and_codes_keep_their_form(feed: str, kind: str) -> None:
    good = VALID[feed, kind]["event_id"]
    for bad in (
        good.upper(),
        good[:-1],
        good + "0",
        good.replace("-", ""),
        f"{{{good}}}",
        good + "\n",
    ):
        assert not accepts(feed, raw(event(feed, kind, event_id=bad))), bad
    for bad in ("", "1", "123456", "14a", "148 ", "148\n", "-148", "١٤٨"):
        assert not accepts(feed, raw(event(feed, kind, district=bad))), bad
    for bad in ("", " sim", "a b", "x" * 65, "-sim", "sim\n", "mô-phỏng"):
        assert not accepts(feed, raw(event(feed, kind, source=bad))), bad
    for name in ("kind", "feed"):
        for bad in ("", "unknown", good):
            assert not accepts(feed, raw(event(feed, kind, **{name: bad}))), (name, bad)


RANGES: list[tuple[str, str, str, list[object], list[object]]] = [
    ("eoffice", "received", "urgency", [0, 4], [-1, 5]),
    ("eoffice", "received", "direction", [], ["outgoing", "in"]),
    ("eoffice", "issued", "direction", [], ["incoming"]),
    ("eoffice", "completed", "direction", [], ["outgoing"]),
    ("eoffice", "revoked", "direction", ["incoming", "outgoing"], ["both"]),
    ("eoffice", "received", "agency", ["a"], ["So-Noi-Vu", "", "-a", "x" * 65]),
    ("dossier", "received", "channel", [1, 3], [0, 4]),
    ("dossier", "received", "fee_vnd", [0, 10**12], [-1, 10**12 + 1, 10**30]),
    ("dossier", "received", "level", ["province", "commune"], ["nation"]),
    ("dossier", "paid", "fee_vnd", [1], [0, -5]),
    ("dossier", "resolved", "rating", [1, 5, None], [0, 6]),
    ("traffic", "detection", "lane", [1, 12], [0, 13]),
    ("traffic", "detection", "speed_kmh", [0, 250, 0.5], [-0.1, 250.1]),
    ("traffic", "detection", "limit_kmh", [5, 120], [4, 121]),
    ("traffic", "detection", "confidence", [0, 1], [-0.01, 1.01]),
    ("traffic", "detection", "violation", [None, "red_light"], ["parking"]),
    ("traffic", "detection", "plate_token", [None, "a" * 64], ["a" * 15, "a" * 65, "28A-123.45"]),
    ("traffic", "detection", "vehicle_class", ["bus", "other"], ["bicycle"]),
    ("traffic", "detection", "road", ["x", "Đ" * 64], ["", "Đ" * 65]),
    ("traffic", "review", "violation", ["red_light"], [None]),
    ("traffic", "review", "review", ["rejected"], ["maybe"]),
    ("traffic", "review", "detection_id", [], ["7"]),
    ("traffic", "review", "detected_at", [None, "2026-11-20T03:00:00Z"], ["2026-11-20", 7]),
    ("press", "article", "score", [-1, 1, 0.0], [-1.001, 1.001]),
    ("press", "article", "reach", [0, 100_000_000], [-1, 100_000_001]),
    ("press", "article", "sentiment", ["neutral"], ["mixed"]),
    ("press", "article", "duplicate_of", ["0" * 16], ["0" * 15, "G" * 16]),
    ("press", "article", "article_id", ["0" * 64], ["0" * 65, "ABCDEF0123456789"]),
]


@pytest.mark.parametrize(("feed", "kind", "name", "good", "bad"), RANGES)
def test_bounds(feed: str, kind: str, name: str, good: list[object], bad: list[object]) -> None:
    for value in good:
        assert accepts(feed, raw(event(feed, kind, **{name: value}))), value
    for value in bad:
        assert not accepts(feed, raw(event(feed, kind, **{name: value}))), value


@pytest.mark.parametrize(
    ("feed", "kind", "name"),
    [
        ("traffic", "detection", "speed_kmh"),
        ("traffic", "detection", "confidence"),
        ("press", "article", "score"),
    ],
)
@pytest.mark.parametrize("literal", [b"NaN", b"Infinity", b"-Infinity", b"1e999"])
def test_no_number_is_not_a_number(feed: str, kind: str, name: str, literal: bytes) -> None:
    value = raw(event(feed, kind, **{name: 0.123456})).replace(b"0.123456", literal)
    assert literal in value
    assert not accepts(feed, value)


ODD: st.SearchStrategy[object] = st.sampled_from(
    [
        None, True, False, 0, 1, -1, 2, 5, 13, 250, 251, 2**63, 10**25, 0.0, 0.5, -1.5, 1.0, "",
        "0", "1", "true", "incoming", "outgoing", "received", "issued", "resolved", "detection",
        "review", "article", "confirmed", "car", "speeding", "negative", "148", "17", "a b", "sim",
        "2026-11-23T03:15:30Z", "2026-11-23T03:15:30", "2026-11-23T03:15:30.123456789+14:00",
        "2026-11-23 03:15Z", "1763888400", "1900-01-01T00:00:00Z", "0123456789abcdef", "é" * 64,
        "00000000-0000-0000-0000-000000000000", "X" * 70, "x\n", [], {}, [1], {"a": 1}, [[]],
    ]
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    feed, kind = draw(st.sampled_from(KINDS))
    fields: Fields = copy.deepcopy(VALID[feed, kind])
    donor = VALID[draw(st.sampled_from(KINDS))]
    names = sorted(set(fields) | set(donor) | {"extra", "Kind"})
    for _ in range(draw(st.integers(0, 3))):
        name = draw(st.sampled_from(names))
        action = draw(st.sampled_from(["drop", "odd", "borrow", "again"]))
        if action == "drop":
            fields.pop(name, None)
        elif action == "odd":
            fields[name] = draw(ODD)
        elif action == "borrow" and name in donor:
            fields[name] = donor[name]
    value = raw(fields)
    if draw(st.integers(0, 9)) == 0:  # a key used twice
        name = draw(st.sampled_from(names))
        value = value[:-1] + b"," + raw({name: draw(ODD)})[1:]
    if draw(st.integers(0, 9)) == 0:
        at = draw(st.integers(0, len(value) - 1))
        value = (
            value[:at] + draw(st.sampled_from([b"", b" ", b"\xff", b"\\", b'"'])) + value[at + 1 :]
        )
    return feed, value


@pytest.mark.slow  # it works for seconds
@settings(max_examples=1_500, derandomize=True, deadline=None)
@given(case=mutated())
def test_the_batch_adapter_takes_what_the_models_take(case: tuple[str, bytes]) -> None:
    feed, value = case
    assert accepts(feed, value) is model_accepts(feed, value)


def test_the_mutations_are_of_both_sorts() -> None:
    """The property above says something only if both answers occur."""
    answers: list[bool] = []

    @settings(max_examples=300, derandomize=True, deadline=None, database=None)
    @given(case=mutated())
    def gather(case: tuple[str, bytes]) -> None:
        answers.append(accepts(*case))

    gather()
    assert answers.count(True) > 30
    assert answers.count(False) > 30


def test_a_feed_refuses_measures_of_kinds_that_it_does_not_have() -> None:
    with pytest.raises(ValueError, match=r"feed press: measures of kinds it does not have.*letter"):
        replace(PRESS, measures=(Count("letters", frozenset({"letter"})),))


def test_a_feed_refuses_an_indicator_that_stands_twice() -> None:
    with pytest.raises(ValueError, match="feed press: an indicator's name stands twice"):
        replace(PRESS, indicators=PRESS.indicators + PRESS.indicators[:1])


def test_a_feed_refuses_a_headline_that_it_does_not_have() -> None:
    with pytest.raises(ValueError, match="feed press: the headline names an indicator"):
        replace(PRESS, headline=("spike", "spikes"))


def test_the_headline_keeps_its_order() -> None:
    names = [indicator.name for indicator in PRESS.headline_indicators]
    assert names == ["negative_share", "articles", "spike"]


class Kindless(Event):
    """A model without a kind."""

    feed: Literal["press"]


class Feedless(Event):
    """A model without a feed."""

    kind: Literal["article"]


class Loose(Event):
    """A model whose kind is any text."""

    feed: Literal["press"]
    kind: str


@pytest.mark.parametrize("model", [Kindless, Feedless])
def test_a_feed_refuses_a_model_that_does_not_say_feed_and_kind(model: type[Event]) -> None:
    with pytest.raises(TypeError, match=f"{model.__name__} needs the fields feed and kind"):
        replace(PRESS, event_type=model)


def test_a_kind_is_one_literal() -> None:
    with pytest.raises(TypeError, match=r"Loose\.kind must be a Literal"):
        kind_of(Loose)
