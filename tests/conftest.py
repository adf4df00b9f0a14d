"""What all tests share: a ClickHouse for dashboards, no deadline for examples.

Tests that need Apache Kafka skip where none can run, and say why.
"""

import pytest
from hypothesis import settings

from tests.archives import NoArchives
from tests.dashboards.seeded import engine
from tests.kafka.artefacts import classpath
from tests.kafka.brokers import is_apache

__all__ = ["engine"]

# Tests share the machine with the processes that others start: how long one takes says nothing.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not is_apache():
        return
    try:
        classpath()
    except NoArchives as reason:
        for item in items:
            item.add_marker(pytest.mark.skip(reason=str(reason)))
