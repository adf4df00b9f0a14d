"""The embedded broker is rolled over under load: nothing lost, no screen empty, no figure wrong."""

from pathlib import Path

from tests.e2e.rolling import run


def test_a_broker_that_is_full_is_rolled_over(tmp_path: Path) -> None:
    rolled = run(tmp_path, 2)
    assert rolled.differences == []
    assert rolled.foreign > 100
    assert rolled.refused > 5
