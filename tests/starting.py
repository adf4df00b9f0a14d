"""Finds the tests that start processes, from their code and fixtures.

The search runs when tests are collected, so no list can be out of date. A test that is taken for
fast, but starts a process, fails.
"""

import importlib
import inspect
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

importlib.import_module("croniter")  # it starts `file` once, which no test is to blame for

STARTERS = {"subprocess", "multiprocessing", "playwright"}
"""Modules that start processes."""
EVENTS = {"subprocess.Popen", "os.fork", "os.posix_spawn", "os.system"}
OWN = {"contracts", "producers", "streams", "sinks", "dashboards", "ioc", "benchmarks", "tests"}
"""Packages whose functions are searched for what they use."""


def is_slow(item: pytest.Function) -> bool:
    """Does the test start processes, or use a fixture that does?"""
    given = getattr(item, "callspec", None)
    used = [item.function, *(given.params.values() if given else ())]
    for fixtures in item._fixtureinfo.name2fixturedefs.values():
        used += [fixture.func for fixture in fixtures]
    return any(map(_starts, _functions(used)))


@cache
def _starts(function: FunctionType) -> bool:
    reached, ahead = {function}, [function]
    while ahead:
        for value in _named_in(ahead.pop()):
            if _package(value) in STARTERS:
                return True
            if _package(value) in OWN:
                new = [each for each in _functions([value]) if each not in reached]
                reached.update(new)
                ahead += new
    return False


def _package(value: object) -> str:
    name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", "")
    return str(name).partition(".")[0]


def _functions(values: Iterable[object]) -> Iterator[FunctionType]:
    """Functions, including those of classes and their bases, and of collections."""
    for value in values:
        if isinstance(value, dict):
            yield from _functions(value.values())
        elif isinstance(value, list | tuple | set | frozenset):
            yield from _functions(value)
        elif isinstance(value, type):
            for base in value.__mro__:
                if _package(base) in OWN:
                    yield from _functions(map(_bare, vars(base).values()))
        elif isinstance(function := _bare(value), FunctionType):
            yield function


def _bare(value: Any) -> object:
    """The function below decorators, properties and methods."""
    for name in ("fget", "func", "__func__"):
        value = getattr(value, name, None) or value
    return inspect.unwrap(value) if callable(value) else None


def _named_in(function: FunctionType) -> Iterator[object]:
    """The objects that the names in a function's code refer to in its module."""
    codes = [function.__code__]
    while codes:
        code = codes.pop()
        codes += [each for each in code.co_consts if isinstance(each, CodeType)]
        for name in code.co_names:
            if (value := function.__globals__.get(name)) is not None:
                yield value


class Guard:
    """Lets a test fail that starts a process though it is not marked as slow."""

    def __init__(self) -> None:
        self._item: pytest.Item | None = None
        self._started: list[str] = []
        sys.addaudithook(self._note)

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in EVENTS and self._item is not None:
            self._started.append(f"{event} {arguments[:2]}"[:200])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """See Guard. Fixtures are not watched: their code is looked through as the test's is."""
        self._item = item if item.get_closest_marker("slow") is None else None
        try:
            yield
        finally:
            self._item = None
            started, self._started = self._started, []
        if started:
            pytest.fail(
                "it is taken for a fast test, but starts a process; mark it with pytest.mark.slow: "
                + "; ".join(started)
            )


class LongFirst:
    """Puts the files that start processes first, so that no long one is left to run alone."""

    @pytest.hookimpl(trylast=True)  # after the order was drawn, which stays among their like
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """See LongFirst."""
        long = {item.path for item in items if item.get_closest_marker("slow")}
        items.sort(key=lambda item: item.path not in long)
