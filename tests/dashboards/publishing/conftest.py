"""A Grafana that is empty, and the command that publishes to it."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.dashboards.publishing.fake import TOKEN, Grafana, serving
from tests.e2e.running import ioc_environment, run_ioc

Publish = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def grafana() -> Iterator[Grafana]:
    with serving(Grafana()) as running:
        yield running


@pytest.fixture
def publish(tmp_path: Path) -> Publish:
    """``ioc dashboards publish`` in a process of its own, with the settings and options given."""

    def run(*options: str, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = ioc_environment(
            tmp_path, **{"IOC_GRAFANA_TOKEN": TOKEN, "COLUMNS": "500", **settings}
        )
        done = run_ioc(environment, "dashboards", "publish", *options)
        assert TOKEN not in done.stdout + done.stderr
        assert done.returncode or not done.stderr
        return done

    return run
