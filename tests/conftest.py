"""What all tests share: a ClickHouse for dashboards, no deadline for examples, processes that end.

Tests that need Apache Kafka skip where none can run, and say why.
"""

import pytest
from hypothesis import settings

from tests.archives import NoArchives
from tests.dashboards.seeded import engine
from tests.failing import Failures
from tests.kafka.artefacts import classpath
from tests.kafka.brokers import is_apache
from tests.standing import FOLLOWED
from tests.starting import Guard, LongFirst, is_slow

__all__ = ["engine"]

# Tests share the machine with the processes that others start: how long one takes says nothing.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Guard())
    config.pluginmanager.register(Failures())
    config.pluginmanager.register(LongFirst())


@pytest.hookimpl(tryfirst=True)  # before tests are chosen by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and is_slow(item):
            item.add_marker("slow")
    if not is_apache():
        return
    try:
        classpath()
    except NoArchives as reason:
        for item in items:
            item.add_marker(pytest.mark.skip(reason=str(reason)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    seed = terminalreporter.config.getoption("randomly_seed", default="none")
    terminalreporter.write_line(f"the order was that of --randomly-seed={seed}")


def pytest_sessionfinish() -> None:
    for process in [*FOLLOWED]:
        process.kill()
