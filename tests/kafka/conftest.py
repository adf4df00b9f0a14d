import pytest

from tests.kafka.brokers import is_apache


@pytest.fixture(scope="session", autouse=True)
def _on_apache() -> None:
    if not is_apache():
        pytest.skip("runs on Apache Kafka only: make test-kafka")
