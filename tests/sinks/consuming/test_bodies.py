"""Bodies of inserts, made from messages without a broker."""

import orjson
import pytest

from contracts.feeds.dossier import DOSSIER
from contracts.feeds.traffic import TRAFFIC
from contracts.settings import load_settings
from sinks.consuming.batch import FEW, Batch, Patience
from sinks.consuming.bodies import array_rows, arrays, newest_by_key, one_row, panes, state
from sinks.consuming.route import Insert, RollUp
from sinks.consuming.routes import routes
from tests.sinks.messages import Message


def test_arrays_are_joined_without_decoding() -> None:
    messages = [Message(b'[{"a":1},{"a":2}]'), Message(b" [] "), Message(b'\n[{"a":3}]\n')]
    (insert,) = arrays("x", messages)
    assert insert.body == b'{"a":1},{"a":2}\n{"a":3}'
    assert (insert.table, insert.rows) == ("x", 3)


def test_only_empty_arrays_make_no_insert() -> None:
    assert arrays("x", [Message(b"[]")]) == []


def test_header_tells_the_rows() -> None:
    assert array_rows(Message(b"[]", headers=[("other", b"1"), ("n", b"500")])) == 500
    assert array_rows(Message(b"[{},{}]")) == 2


def test_newest_message_of_a_key_wins_partition_by_partition() -> None:
    messages = [
        Message(b"1", b"k", 0, 0),
        Message(b"2", b"k", 1, 0),
        Message(b"3", b"k", 0, 1),
        Message(b"4", None, 2, 0),
        Message(b"5", None, 3, 0),
    ]
    assert [message.value for message in newest_by_key(messages)] == [b"2", b"3", b"4", b"5"]


def test_the_same_key_of_two_feeds_is_two_keys() -> None:
    messages = [Message(b"1", b"k", topic="ours"), Message(b"2", b"k", topic="theirs")]
    assert newest_by_key(messages) == messages


def test_panes_go_by_the_prefix_of_their_key() -> None:
    messages = [
        Message(b'{"p":1}', b"pane|traffic|148|1"),
        Message(b'{"g":1}', b"gauge|traffic|148"),
        Message(b'{"o":1}', b"progress|traffic|0"),
    ]
    assert panes(messages) == [
        Insert("panes", b'{"p":1}', 1),
        RollUp(frozenset({("traffic", "148", 0)})),
        Insert("gauges", b'{"g":1}', 1),
        Insert("progress", b'{"o":1}', 1),  # the rows that it includes are stored before it
    ]


def test_panes_name_the_hours_to_roll_up() -> None:
    keys = (b"pane|press|148|119", b"pane|press|148|60", b"pane|press|150|120")
    _, rolled = panes([Message(b"{}", key) for key in keys])
    assert rolled == RollUp(frozenset({("press", "148", 3_600), ("press", "150", 7_200)}))


def test_state_rows_carry_place_and_deletion() -> None:
    messages = [Message(b'{"a":"\xc4\x90"}', b'"k"', 5), Message(None, b'"gone"', 6)]
    (insert,) = state(2, messages)
    kept, gone = (orjson.loads(line) for line in insert.body.splitlines())
    assert (kept["key"], kept["value"], kept["deleted"]) == ('"k"', '{"a":"Đ"}', False)
    assert kept["position"] == 2 * 2**40 + 5
    assert (gone["value"], gone["deleted"]) == ("", True)


def test_the_record_that_includes_more_wins_over_a_later_one() -> None:
    """A worker that overslept writes after its successor."""
    newer, older = [("upto", b"900")], [("upto", b"899")]
    records = [
        Message(b"new", b"k", 5, 0, newer),
        Message(b"old", b"k", 6, 0, older),
        Message(b"first", b"m", 7, 0, newer),
        Message(b"again", b"m", 8, 0, newer),
        Message(b"silent", b"n", 9),
    ]
    assert {m.key: m.value for m in newest_by_key(records)} == {
        b"k": b"new",
        b"m": b"again",
        b"n": b"silent",
    }
    (insert,) = state(1, records)
    rows = [orjson.loads(line) for line in insert.body.splitlines()]
    assert {row["key"]: row["upto"] for row in rows} == {"k": 900, "m": 900, "n": 0}


def test_packed_ids_are_mirrored_in_base64() -> None:
    (insert,) = state(0, [Message(b"\xff\x00", b'"3|seen|8192"'), Message(None, b'"3|seen|4096"')])
    kept, gone = (orjson.loads(line) for line in insert.body.splitlines())
    assert (kept["value"], kept["deleted"]) == ("/wA=", False)
    assert (gone["value"], gone["deleted"]) == ("", True)


def test_state_that_is_no_text_is_an_error() -> None:
    with pytest.raises(ValueError, match="utf-8"):
        state(0, [Message(b"\xff", b"k")])


def test_batch_commits_what_follows_its_last_message() -> None:
    batch = Batch(one_row, Patience(2, 0.5, 2.0))
    batch.add([Message(b"1", offset=4), Message(b"1", offset=9, partition=1)], 10.0)
    batch.add([Message(b"1", offset=5)], 11.0)
    assert {where.partition: what.offset for where, what in batch.offsets().items()} == {
        0: 6,
        1: 10,
    }


def test_a_batch_is_due_by_rows_or_by_age_and_later_while_it_is_small() -> None:
    few, many = FEW - 1, FEW + 1
    batch = Batch(lambda record: int(record.value or b""), Patience(2 * FEW, 0.5, 2.0))
    assert batch.due_in(100.0) is None
    batch.add([Message(b"%d" % few)], 100.0)
    assert (batch.due_in(100.5), batch.is_due(101.9), batch.is_due(102.0)) == (1.5, False, True)
    batch.add([Message(b"2", offset=1)], 100.25)
    assert batch.rows == many
    assert (batch.due_in(100.25), batch.is_due(100.5), batch.is_full) == (0.25, True, False)
    batch.add([Message(b"%d" % few, offset=2)], 100.25)
    assert (batch.due_in(100.25), batch.is_full) == (0.0, True)
    assert str(batch) == "t[0] offsets 0-2"


def test_every_topic_has_one_route_and_a_group_reads_several() -> None:
    found = routes(load_settings(), (TRAFFIC, DOSSIER))
    topics = [topic for route in found for topic in route.topics]
    assert len(set(topics)) == len(topics) == 2 * 2 + 3
    assert {route.group.id for route in found} == {
        "ioc-sink-events",
        "ioc-sink-figures",
        "ioc-sink-records",
    }
