"""Verdicts and counts that depend on what came before: the same for any split into batches."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.messages import Reason
from streams.verdicts import recent_ids
from streams.verdicts.event_time import TimeRules
from streams.verdicts.recent_ids import RecentIds

RULES = TimeRules(disorder_s=5, lateness_s=100, skew_s=60)


def test_a_minute_ahead_is_allowed_and_no_more() -> None:
    assert RULES.too_far_ahead([160.0, 160.001], [100_000, 100_000]).keys() == {1}
    assert RULES.too_far_ahead([160.0], [100_000]) == {}


def test_lateness_counts_from_the_newest_event_before() -> None:
    # Newest 1000, then 1050. 900 is 100 behind the first: allowed. 949 is 101 behind the second.
    refused = RULES.too_late([900.0, 1050.0, 949.0, 950.0], newest_s=1000.0)
    assert {index: refusal.reason for index, refusal in refused.items()} == {2: Reason.TOO_LATE}


def test_late_is_behind_the_newest_of_its_unit_less_the_disorder() -> None:
    # Bounds before each: 995, 995, 1005, 1005, 1005. 995 is not late; 1004 is, 1005 is not, 909
    # is too late for panes. Another unit is where it is.
    newest = {"148": 1000.0}
    units, times = ["148"] * 5 + ["150"], [995.0, 1010.0, 1004.0, 1005.0, 909.0, 10.0]
    assert RULES.lateness(units, times, newest) == ([2, 4], [4])
    assert newest == {"148": 1010.0, "150": 10.0}


TIMES = st.lists(st.integers(0, 300).map(float), min_size=1, max_size=20)


@settings(max_examples=200, derandomize=True)
@given(times=TIMES, cuts=st.sets(st.integers(1, 19)))
def test_time_rules_know_no_batches(times: list[float], cuts: set[int]) -> None:
    def worked(bounds: list[int]) -> tuple[set[int], set[int]]:
        beyond: set[int] = set()
        late: set[int] = set()
        newest: dict[str, float] = {}
        for first, end in itertools.pairwise(bounds):
            units = ["148" if n % 3 else "150" for n in range(first, end)]
            found = RULES.lateness(units, times[first:end], newest)
            late |= {first + n for n in found.late}
            beyond |= {first + n for n in found.beyond}
        return beyond, late

    everywhere = sorted({0, len(times)} | {cut for cut in cuts if cut < len(times)})
    assert worked([0, len(times)]) == worked(everywhere) == worked(list(range(len(times) + 1)))


def test_the_duplicate_window_is_exact() -> None:
    seen = RecentIds(window=3)
    assert seen.earlier(["a", "b", "c"], [0, 1, 2]) == {}
    assert seen.earlier(["a"], [3]) == {0: 0}  # three offsets later
    assert seen.earlier(["b"], [5]) == {}  # four offsets later
    assert seen.earlier(["d", "d"], [6, 7]) == {1: 6}


@settings(max_examples=200, derandomize=True)
@given(
    ids=st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=40),
    gaps=st.lists(st.integers(1, 3), min_size=40, max_size=40),
    cuts=st.sets(st.integers(1, 39)),
    small=st.sampled_from((1, 3, 64)),
)
def test_recent_ids_equal_a_look_back_over_the_log(
    ids: list[str], gaps: list[int], cuts: set[int], small: int
) -> None:
    """Whether blocks are joined or not."""
    window = 4
    offsets = [sum(gaps[: n + 1]) for n in range(len(ids))]
    expected = {
        n: offsets[m]
        for n, id_ in enumerate(ids)
        for m in range(n)
        if ids[m] == id_ and offsets[n] - offsets[m] <= window
    }
    found: dict[int, int] = {}
    seen = RecentIds(window)
    bounds = sorted({0, len(ids)} | {cut for cut in cuts if cut < len(ids)})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recent_ids, "SMALL", small)
        for first, end in itertools.pairwise(bounds):
            earlier = seen.earlier(ids[first:end], offsets[first:end])
            found |= {first + n: offset for n, offset in earlier.items()}
    assert found == expected
