"""The embedded stack with marked secrets: none is readable, whatever fails."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from ioc.embedded.ports import answers
from tests.e2e.running import Part, ioc_environment, run_ioc
from tests.processes import HOST, ROOT
from tests.security.secrets import MARK, leaks, marked, write_secrets
from tests.waiting import until

NAMES = (
    *("ioc_clickhouse_password", "ioc_clickhouse_reader_password", "ioc_clickhouse_owner_password"),
    *("ioc_preview_password", "ioc_grafana_token", "ioc_kafka_password"),
)
MISTAKES = (
    {"IOC_SEED": "x"},
    {"IOC_KAFKA_PROTOCOL": "SASL_SSL"},
    {"IOC_CLICKHOUSE_PASSWORD": marked("wrong")},
    {"IOC_CLICKHOUSE_READER_PASSWORD": marked("wrong")},
    {"IOC_CLICKHOUSE_SECURE": "true"},
)
SHOWN = "from contracts.settings import load_settings as load; print(load(), [load()])"
COMMANDS = ("status", "query SELECT~bad", "schema apply", "audit", "clickhouse", "broker")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("marked")
    secrets = write_secrets(folder / "secrets", **{name: marked(name) for name in NAMES})
    return ioc_environment(
        folder, IOC_SECRETS_DIR=secrets, IOC_FEEDS="press", IOC_HISTORY_H="1", IOC_AUDIT_EVERY_S="3"
    )


@pytest.fixture(scope="module")
def stack(environment: dict[str, str]) -> Iterator[Part]:
    running = Part(environment, "up")
    running.start()
    page = int(environment["IOC_PREVIEW_PORT"])
    until(lambda: answers(HOST, page) and "produce" in running.log, "the stack runs")
    yield running
    running.end(signal.SIGTERM)


def said(environment: dict[str, str], command: str, **changed: str) -> str:
    arguments = [word.replace("~", " ") for word in command.split()]
    done = run_ioc(environment | changed, *arguments)
    return done.stdout + done.stderr


def test_no_secret_is_told(environment: dict[str, str], stack: Part) -> None:
    outputs = {command: said(environment, command) for command in COMMANDS}
    for mistake in MISTAKES:
        outputs[f"query with {sorted(mistake)}"] = said(environment, "query SELECT~1", **mistake)
    outputs["publish"] = said(environment, "dashboards publish --url http://127.0.0.1:9")
    outputs["repr"] = subprocess.run(
        [
            sys.executable,
            "-c",
            "from contracts.settings import *; s = load_settings(); print(s, [s])",
        ],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for port in ("IOC_CLICKHOUSE_PORT", "IOC_PREVIEW_PORT"):
        answer = requests.get(
            f"http://127.0.0.1:{environment[port]}/?query=SELECT+1",
            auth=("ioc_reader", marked("guess")),
            timeout=300,
        )
        assert answer.status_code in (401, 403, 516)
        outputs[f"an answer of {port}"] = answer.text + str(answer.headers)
    assert "ClickHouse" in outputs["status"]
    assert leaks(Path(environment["IOC_DATA_DIR"]), outputs) == []


def test_the_search_would_find_one(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "sink.log").write_text(f"connecting with {MARK}")
    spoken = {"status": marked("writer"), "query": "1"}
    asleep = subprocess.Popen([sys.executable, "-c", f"input() # {MARK}"], stdin=subprocess.PIPE)
    try:
        found = leaks(tmp_path, spoken)
    finally:
        asleep.kill()
        asleep.wait()
    assert found == ["status", str(tmp_path / "sink.log"), f"/proc/{asleep.pid}/cmdline"]
