"""The plan of faults."""

from collections import Counter

from tests.chaos.plan import FORGETFUL, RARE, RARE_EVERY, SESSION_TIMEOUT_S, Kind, plan


def test_the_same_seed_gives_the_same_faults() -> None:
    assert plan(4, 60) == plan(4, 60)
    assert plan(4, 60) != plan(5, 60)


def test_every_kind_comes_up_before_one_comes_up_again() -> None:
    assert len({fault.kind for fault in plan(1, 5)}) == 5
    counts = Counter(fault.kind for fault in plan(1, 50))
    assert set(counts) == set(FORGETFUL)
    assert set(counts.values()) == {3, 4}


def test_a_broker_is_only_killed_where_its_log_stays() -> None:
    assert Kind.KILL_BROKER not in {fault.kind for fault in plan(1, 50)}
    assert Kind.KILL_BROKER in {fault.kind for fault in plan(1, len(Kind), tuple(Kind))}


def test_logs_are_broken_rarely_and_only_where_they_can_be() -> None:
    rounds = 2 * RARE_EVERY
    counts = Counter(fault.kind for fault in plan(1, rounds * len(Kind) - 2 * len(RARE), [*Kind]))
    assert {kind: counts[kind] for kind in Kind} == {
        kind: 2 if kind in RARE else rounds for kind in Kind
    }
    assert not set(RARE) & set(FORGETFUL)


def test_a_pause_outlasts_the_session() -> None:
    assert min(fault.hold_s for fault in plan(2, 500)) > SESSION_TIMEOUT_S


def test_some_faults_follow_at_once_and_most_do_not() -> None:
    at_once = sum(fault.wait_s < 1 for fault in plan(3, 500))
    assert 100 < at_once < 250
