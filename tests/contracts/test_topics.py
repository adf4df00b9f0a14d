"""Topics, message formats, and the registry of feeds."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import UnknownFeedError
from contracts.messages import OFFSET_BITS, feed_partition, iso, parse_iso, position
from contracts.registry import FEEDS, feed_named, feeds_named
from contracts.settings import load_settings
from contracts.topics import (
    CORRECTIONS,
    INDICATORS,
    PANES,
    REJECTS,
    accepted_topic,
    changelog_topic,
    events_topic,
    topic_specs,
)

WEEK_MS = 604_800_000


def configs(**overrides: object) -> Mapping[str, Mapping[str, str]]:
    specs = topic_specs(load_settings(**overrides), FEEDS)
    assert len({spec.name for spec in specs}) == len(specs)
    return {spec.name: spec.config for spec in specs}


def test_four_shared_topics_and_three_a_feed() -> None:
    names = set(configs())
    assert names >= {
        REJECTS,
        PANES,
        INDICATORS,
        CORRECTIONS,
        "ioc.events.traffic.v1",
        "ioc.accepted.press.v1",
    }
    assert len(names) == 4 + 3 * len(FEEDS)


def test_one_feed_has_no_topics_of_another() -> None:
    specs = topic_specs(load_settings(), feeds_named(["press"]))
    assert len(specs) == 7
    assert not any("traffic" in spec.name for spec in specs)


def test_state_is_compacted_and_never_deleted_by_age() -> None:
    for feed in FEEDS:
        changelog = configs()[changelog_topic(feed.name)]
        assert changelog["cleanup.policy"] == "compact"
        assert "retention.ms" not in changelog


def test_raw_and_accepted_events_stay_a_week() -> None:
    held = configs()
    for feed in FEEDS:
        for name in (events_topic(feed.name), accepted_topic(feed.name)):
            assert held[name]["cleanup.policy"] == "delete"
            assert held[name]["retention.ms"] == str(WEEK_MS)


def test_panes_are_compacted_and_stay_as_long_as_the_worker_keeps_them() -> None:
    panes = configs(pane_retention_h=50)[PANES]
    assert panes["cleanup.policy"] == "compact,delete"
    assert panes["retention.ms"] == "180000000"  # 50 h × 3,600,000 ms


def test_every_topic_takes_the_largest_message_and_has_the_partitions() -> None:
    specs = topic_specs(load_settings(kafka_partitions=7), FEEDS)
    assert {spec.partitions for spec in specs} == {7}
    assert {spec.config["max.message.bytes"] for spec in specs} == {"2000000"}


@pytest.mark.parametrize(
    ("replication", "given", "in_sync"),
    [(1, None, "1"), (2, None, "1"), (3, None, "2"), (3, 3, "3")],
)
def test_replicas_and_how_many_must_be_in_sync(
    replication: int, given: int | None, in_sync: str
) -> None:
    settings = load_settings(kafka_replication=replication, kafka_min_insync=given)
    specs = topic_specs(settings, FEEDS)
    assert {spec.replication for spec in specs} == {replication}
    assert {spec.config["min.insync.replicas"] for spec in specs} == {in_sync}


def test_segments_are_small_enough_to_be_compacted_and_deleted() -> None:
    held = configs()
    assert held[INDICATORS]["segment.ms"] == "21600000"  # six hours of a day
    for name in (PANES, *(changelog_topic(feed.name) for feed in FEEDS)):
        assert held[name]["segment.bytes"] == "67108864"  # 64 × 2^20


def test_feeds_by_name() -> None:
    names = [feed.name for feed in FEEDS]
    first = ("eoffice", "dossier", "traffic", "press")
    assert [name for name in names if name in first] == list(first)  # as the centre's contents go
    assert feed_named("press").name == "press"
    assert [feed.name for feed in feeds_named(["press", "eoffice"])] == ["press", "eoffice"]
    assert feeds_named([]) == FEEDS


def test_an_unknown_feed_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(UnknownFeedError) as caught:
        feeds_named(["traffic", "trafic"])
    known = ", ".join(feed.name for feed in FEEDS)
    assert str(caught.value) == f"there is no feed named 'trafic'; there are: {known}"


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1, "1970-01-01T00:00:00.001Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),  # 11,016 days × 86,400,000 ms
        (1_000_000_000_999, "2001-09-09T01:46:40.999Z"),
        (4_102_444_799_999, "2099-12-31T23:59:59.999Z"),  # 47,482 days, less 1 ms
    ],
)
def test_iso(ms: int, text: str) -> None:
    assert iso(ms) == text
    assert parse_iso(text) == ms


@given(ms=st.integers(946_684_800_000, 4_102_444_800_000))
def test_parse_iso_reverses_iso(ms: int) -> None:
    assert parse_iso(iso(ms)) == ms


def test_position() -> None:
    assert position(0, 5) == 5
    assert position(2, 5) == 2_199_023_255_557  # 2 × 2^40 + 5
    assert position(2**23 - 1, 2**OFFSET_BITS - 1) == 2**63 - 1


@given(*[st.tuples(st.integers(0, 2**23 - 1), st.integers(0, 2**40 - 1))] * 2)
def test_positions_are_ordered_like_generation_then_offset(
    left: tuple[int, int], right: tuple[int, int]
) -> None:
    assert (position(*left) < position(*right)) is (left < right)


@pytest.mark.parametrize("partitions", [1, 4, 512])
def test_a_feed_has_one_partition_of_the_panes_topic(partitions: int) -> None:
    for feed in FEEDS:
        assert 0 <= feed_partition(feed.name, partitions) < partitions


def test_the_partition_of_a_feed_never_changes() -> None:
    """CRC-32 of "123456789" is CBF43926, the check value of its definition."""
    assert feed_partition("123456789", 512) == 0xCBF43926 % 512


def test_the_broker_stamps_raw_events_and_panes_and_nothing_else() -> None:
    for name, config in configs().items():
        is_stamped = name.startswith("ioc.events.") or name == PANES
        assert config.get("message.timestamp.type") == ("LogAppendTime" if is_stamped else None)
