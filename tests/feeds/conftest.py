import pytest

from contracts.settings import Settings
from producers.simulator import World
from tests.feeds.meaning import Meaning
from tests.sinks.audit.conftest import Audit, audit, audited, world, writing
from tests.sinks.audit.world import World as Database
from tests.sinks.conftest import endpoint

__all__ = ["audit", "audited", "endpoint", "world", "writing"]


@pytest.fixture(scope="session")
def province() -> World:
    """The world that the simulators share."""
    return World.load(Settings(_env_file=None))


@pytest.fixture
def meaning(world: Database, audit: Audit) -> Meaning:
    return Meaning(world, audit)
