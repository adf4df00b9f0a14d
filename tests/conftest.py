"""The ClickHouse that tests of dashboards share; skips what needs Apache Kafka where none runs."""

import pytest

from tests.dashboards.seeded import engine
from tests.kafka.artefacts import NoKafka, classpath
from tests.kafka.brokers import is_apache

__all__ = ["engine"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not is_apache():
        return
    try:
        classpath()
    except NoKafka as reason:
        for item in items:
            item.add_marker(pytest.mark.skip(reason=str(reason)))
