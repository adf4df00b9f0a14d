"""Parts merge in any order and grouping, and survive the wire."""

from collections import Counter

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.indicators.parts import (
    Part,
    Parts,
    decode_parts,
    encode_parts,
    merge_into,
    merge_part,
    merged,
)

COUNTS = st.integers(-(2**40), 2**40)
HISTOGRAMS = st.dictionaries(st.integers(-5, 8), st.integers(1, 100), max_size=5)
SETS = st.frozensets(st.sampled_from(["báo", "x", "y", "|", ""]), max_size=4)
PARTS: st.SearchStrategy[Parts] = st.fixed_dictionaries(
    {},
    optional={"n": COUNTS, "m": COUNTS, "h": HISTOGRAMS, "s": SETS},
)


def recounted(many: list[Parts]) -> Parts:
    """The same by other means: lists of all contributions, name by name."""
    result: Parts = {}
    for name in sorted({name for parts in many for name in parts}):
        values = [parts[name] for parts in many if name in parts]
        if name in ("n", "m"):
            result[name] = sum(value for value in values if isinstance(value, int))
        elif name == "h":
            bins = Counter[int]()
            for value in values:
                bins.update(value if isinstance(value, dict) else {})
            result[name] = dict(bins)
        else:
            members = {m for value in values if isinstance(value, frozenset) for m in value}
            result[name] = frozenset(members)
    return result


@given(many=st.lists(PARTS, max_size=6))
def test_merged_equals_a_recount(many: list[Parts]) -> None:
    assert merged(many) == recounted(many)


@given(a=PARTS, b=PARTS, c=PARTS)
def test_merging_is_associative_and_commutative(a: Parts, b: Parts, c: Parts) -> None:
    assert merged([a, b]) == merged([b, a])
    assert merged([merged([a, b]), c]) == merged([a, merged([b, c])])
    assert merged([a, {}]) == a


@given(a=PARTS, b=PARTS)
def test_merging_changes_neither_side_in_place(a: Parts, b: Parts) -> None:
    before = orjson.dumps([encode_parts(a), encode_parts(b)])
    merged([a, b])
    total = dict(a)
    merge_into(total, b)
    merge_into(total, b)
    assert orjson.dumps([encode_parts(a), encode_parts(b)]) == before


@given(parts=PARTS)
def test_encoded_parts_come_back_through_json(parts: Parts) -> None:
    encoded = encode_parts(parts)
    assert set(encoded) == {"counts", "histograms", "sets"}
    assert decode_parts(orjson.loads(orjson.dumps(encoded))) == parts


def test_the_encoding_is_the_documented_one() -> None:
    parts: Parts = {"n": -3, "h": {10: 1, 9: 2}, "s": frozenset({"b", "a"})}
    assert orjson.dumps(encode_parts(parts)) == (
        b'{"counts":{"n":-3},"histograms":{"h":{"9":2,"10":1}},"sets":{"s":["a","b"]}}'
    )


def test_other_keys_of_a_row_are_left_alone() -> None:
    row = {"feed": "x", "counts": {"n": 1}, "histograms": {}, "sets": {}}
    assert decode_parts(row) == {"n": 1}


@pytest.mark.parametrize(
    ("left", "right"), [(1, {1: 1}), ({1: 1}, frozenset("a")), (frozenset("a"), 1)]
)
def test_different_shapes_do_not_merge(left: Part, right: Part) -> None:
    with pytest.raises(TypeError, match="different shapes"):
        merge_part(left, right)
