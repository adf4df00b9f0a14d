"""A test that starts a process is known as slow before it runs, and else fails when it does."""

import subprocess
import sys
from types import SimpleNamespace
from typing import cast

import pytest

from tests.e2e.running import Part, run_ioc
from tests.sinks.stack import Stack
from tests.starting import Guard, is_slow


def by_a_helper() -> None:
    run_ioc({}, "status")


def by_a_class() -> type[Part]:
    return Part


def further_down() -> None:
    for _ in range(2):
        by_a_helper()


def by_nothing(stack: Stack) -> int:
    return stack.count("panes")


@pytest.mark.parametrize("way", [by_a_helper, by_a_class, further_down])
def test_what_is_reached_makes_it_slow(request: pytest.FixtureRequest, way: object) -> None:
    assert callable(way)
    assert request.node.get_closest_marker("slow")


@pytest.mark.parametrize("way", [by_nothing, int, "subprocess"])
def test_what_is_not_reached_does_not(request: pytest.FixtureRequest, way: object) -> None:
    assert way
    assert not request.node.get_closest_marker("slow")


def test_a_fixture_makes_it_slow_too(request: pytest.FixtureRequest) -> None:
    made = SimpleNamespace(func=by_a_helper)
    info = SimpleNamespace(name2fixturedefs={"broker": [made]})
    item = SimpleNamespace(function=by_nothing, _fixtureinfo=info)
    assert is_slow(cast("pytest.Function", item))
    info.name2fixturedefs.clear()
    assert not is_slow(cast("pytest.Function", item))


def test_a_fast_test_that_starts_a_process_fails() -> None:
    unmarked = SimpleNamespace(get_closest_marker=lambda _: None)
    call = Guard().pytest_runtest_call(cast("pytest.Item", unmarked))
    next(call)
    subprocess.run([sys.executable, "-c", ""], check=True)
    with pytest.raises(pytest.fail.Exception, match=r"starts a process; mark it.*python"):
        next(call)
