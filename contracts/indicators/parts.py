"""Mergeable parts: what a pane holds, and the only ways to combine them.

A part is an integer (added), a histogram (bin -> count, added bin by bin) or a set (united). All
three merges are commutative and associative, so minutes merge into hours and districts into the
province in any order, with the same result to the last bit. Sums of measured values are kept in
fixed point for the same reason.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

Part: TypeAlias = int | dict[int, int] | frozenset[str]
Parts: TypeAlias = dict[str, Part]


def merge_part(left: Part, right: Part) -> Part:
    """Combine two values of one part. Raises TypeError if their shapes differ."""
    if isinstance(left, int) and isinstance(right, int):
        return left + right
    if isinstance(left, dict) and isinstance(right, dict):
        total = dict(left)
        for bin_, count in right.items():
            total[bin_] = total.get(bin_, 0) + count
        return total
    if isinstance(left, frozenset) and isinstance(right, frozenset):
        return left | right
    raise TypeError(f"parts of different shapes do not merge: {left!r} and {right!r}")


def merge_into(total: Parts, parts: Mapping[str, Part]) -> None:
    """Merge ``parts`` into ``total``; changes no value of either in place."""
    for name, part in parts.items():
        before = total.get(name)
        total[name] = part if before is None else merge_part(before, part)


def merged(many: Iterable[Mapping[str, Part]]) -> Parts:
    """The merge of any number of parts; empty for none."""
    total: Parts = {}
    for parts in many:
        merge_into(total, parts)
    return total


def encode_parts(parts: Mapping[str, Part]) -> dict[str, dict[str, Any]]:
    """Parts as JSON: ``counts``, ``histograms`` (bin as text -> count) and ``sets`` (sorted)."""
    encoded: dict[str, dict[str, Any]] = {"counts": {}, "histograms": {}, "sets": {}}
    for name, part in parts.items():
        if isinstance(part, dict):
            encoded["histograms"][name] = {str(bin_): part[bin_] for bin_ in sorted(part)}
        elif isinstance(part, frozenset):
            encoded["sets"][name] = sorted(part)
        else:
            encoded["counts"][name] = part
    return encoded


def decode_parts(encoded: Mapping[str, Any]) -> Parts:
    """The parts that ``encode_parts`` wrote; ignores other keys of the mapping."""
    parts: Parts = dict(encoded["counts"])
    for name, histogram in encoded["histograms"].items():
        parts[name] = {int(bin_): count for bin_, count in histogram.items()}
    for name, members in encoded["sets"].items():
        parts[name] = frozenset(members)
    return parts
