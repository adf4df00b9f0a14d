"""Lets every test begin at the instant that the variable TEST_INSTANT names."""

import os
from pathlib import Path
from threading import Timer

import pytest

from tests.clock.instants import INSTANT, STEPS, seconds
from tests.clock.shift import VARIABLE, Shift


class Beginning:
    """Sets the clock before a test, unless a fixture of its module has begun before it.

    A module that sets the clock itself says so by its name SETS_THE_CLOCK.
    """

    def __init__(self, shift: Shift, instant: str) -> None:
        self._shift, self._instant = shift, instant
        self._module: object = None
        self._goes_on = False
        self._steps: list[Timer] = []
        shift.set_to(seconds(instant))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Function) -> None:
        if self._goes_on and item.module is self._module:
            return
        self._goes_on, self._module = False, item.module
        self._cancel()
        self._shift.set_to(seconds(self._instant))
        if not hasattr(item.module, "SETS_THE_CLOCK"):
            planned = STEPS.get(self._instant, ())
            self._steps = [Timer(after, self._shift.step, (by,)) for after, by in planned]
            for step in self._steps:
                step.start()

    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> None:
        self._goes_on |= fixturedef.scope in ("module", "class")

    def pytest_sessionfinish(self) -> None:
        self._cancel()

    def _cancel(self) -> None:
        for step in self._steps:
            step.cancel()


def pytest_configure(config: pytest.Config) -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    shift = Shift(Path(os.environ[VARIABLE]).with_name(f"shift-{worker}"))
    shift.follow()
    config.pluginmanager.register(Beginning(shift, os.environ[INSTANT]))
