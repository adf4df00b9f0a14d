"""The check by columns accepts the same events as the check one by one, in any company."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.events.event import Checked
from contracts.messages import iso
from contracts.registry import feed_named
from contracts.time.instants import checked_instant, epoch_ms, epochs_ms
from tests.contracts.formed import fields_of
from tests.contracts.samples import SAMPLES

KINDS = sorted(SAMPLES)
ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    1.0,
    -1,
    2**70,
    1e300,
    "",
    "1",
    "x" * 300,
    "148",
    [],
    ["148"],
    {},
    {"a": 1},
    "2026-11-20T03:00:00Z",
    "2026-11-20T10:00:00.1239+07:00",
    "2026-11-20T03:00:00",
    "1795143600",
    "1999-12-31T23:59:59.999Z",
    "2100-01-01T00:00:00.000Z",
    "2026-02-30T00:00:00.000Z",
)


@st.composite
def rows(draw: st.DrawFn, feed: str) -> Any:
    """A sample, mostly with one field changed, left out, or added."""
    kind = draw(st.sampled_from([kind for of, kind in KINDS if of == feed]))
    row = copy.deepcopy(SAMPLES[feed, kind])
    change = draw(st.sampled_from(("none", "set", "drop", "add", "other")))
    field = draw(st.sampled_from(sorted(row)))
    if change == "set":
        row[field] = copy.deepcopy(draw(st.sampled_from(ODD)))
    elif change == "drop":
        del row[field]
    elif change == "add":
        row["surprise"] = 1
    elif change == "other":
        return copy.deepcopy(draw(st.sampled_from(ODD)))
    return row


def checked(feed: str, given_rows: list[Any]) -> tuple[list[Checked | None], list[int]]:
    contract = feed_named(feed)
    return contract.columns.check(contract.form.parsed([_json(row) for row in given_rows]))


def _json(row: Any) -> bytes:
    return json.dumps(row).encode()


def passes(feed: str, row: Any) -> bool:
    try:
        feed_named(feed).adapter.validate_json(_json([row]))
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("feed", sorted({feed for feed, _ in KINDS}))
def test_the_same_events_pass_as_one_by_one(feed: str) -> None:
    passed = []

    @settings(max_examples=250, deadline=None, derandomize=True)
    @given(st.lists(rows(feed), min_size=1, max_size=8))
    def check(given_rows: list[Any]) -> None:
        expected = [passes(feed, row) and not _number_for_time(row) for row in given_rows]
        together, times_ms = checked(feed, given_rows)
        assert [event is not None for event in together] == expected
        for row, event, time_ms in zip(given_rows, together, times_ms, strict=True):
            ((alone,), _) = checked(feed, [row])
            assert alone == event
            assert event is None or iso(time_ms) == event["occurred_at"]
        passed.extend(expected)

    check()
    assert passed.count(True) > 100
    assert passed.count(False) > 100


def _number_for_time(row: Any) -> bool:
    """A number as a time: pydantic accepts it, but the contract does not, since it has no unit."""
    return isinstance(row, dict) and "1795143600" in [
        value for name, value in row.items() if name.endswith("_at")
    ]


def test_a_checked_event_has_all_fields_and_instants_of_one_form() -> None:
    row = SAMPLES["traffic", "review"] | {"detected_at": "2026-11-23T10:10:30.1239+07:00"}
    bare = {name: value for name, value in row.items() if name != "detected_at"}
    (full, lacking), _ = checked("traffic", [row, bare])
    assert fields_of(full) == row | {"detected_at": "2026-11-23T03:10:30.123Z"}
    assert fields_of(lacking) == row | {"detected_at": None}


def test_another_field_in_place_of_one_is_refused_and_its_neighbours_pass() -> None:
    row = SAMPLES["traffic", "review"]
    swapped = {name: value for name, value in row.items() if name != "source"} | {"origin": "sim"}
    longer, shorter = row | {"origin": "sim"}, {n: row[n] for n in row if n != "source"}
    given_rows = [dict(each) for each in (row, swapped, longer, row, shorter)]
    events, times_ms = checked("traffic", given_rows)
    assert [event is not None for event in events] == [True, False, False, True, False]
    assert times_ms[0] == times_ms[3] == epoch_ms(row["occurred_at"])


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("2026-11-20T03:00:00.123Z", "2026-11-20T03:00:00.123Z"),
        ("2026-11-20T03:00:00.1239999Z", "2026-11-20T03:00:00.123Z"),
        ("2026-11-20T10:00:00+07:00", "2026-11-20T03:00:00.000Z"),
        ("2000-01-01T00:00:00Z", "2000-01-01T00:00:00.000Z"),
        ("2026-11-20T03:00:00", None),
        ("1795143600", None),
        (1_795_143_600, None),
        (None, None),
    ],
)
def test_an_instant_is_cut_to_the_millisecond_in_utc(
    given_text: object, expected: str | None
) -> None:
    assert checked_instant(given_text) == expected


def test_milliseconds_of_an_instant() -> None:
    assert epoch_ms("2026-11-20T03:00:00.123Z") == 1_795_143_600_123
    assert epochs_ms(["2000-01-01T00:00:00.999Z"]) == [946_684_800_999]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T03:00:00Z",
        "2026-W47-5T03:00:00.000Z",
        "2026-11-20 03:00:00.000Z",
        "2026-11-20T03:00:0٣.000Z",
        "2026-02-30T03:00:00.000Z",
        "1970-01-01T00:00:00.000Z",
        "",
    ],
)
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises((KeyError, ValueError)):
        epoch_ms(text)
