"""The whole pipeline over TLS and SCRAM: it works, keeps others out, and tells no secret."""

import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import clickhouse_connect
import pytest

from ioc.embedded.ports import free_ports
from tests.e2e.running import Part, ioc_environment, run_ioc
from tests.kafka.secured import SecuredBroker
from tests.security.certificates import Certificates, make_certificates
from tests.security.secrets import leaks, marked, write_secrets
from tests.security.tls_proxy import tls_before
from tests.waiting import until

USER = "ioc"
FEED = "traffic"
Said = tuple[int, str]
"""Exit code and output."""
PARTS = {"worker": ["worker"], "sink": ["sink"], "produce": ["produce", FEED]}


@dataclass
class Secured:
    """The running stack, and what its commands have said; all ``parts`` are ended with it."""

    folder: Path
    environment: dict[str, str]
    files: Certificates
    parts: dict[str, Part]
    clickhouse_port: int
    said: dict[str, str] = field(default_factory=dict)

    def ioc(self, *arguments: str, **changed: str) -> Said:
        """Exit code and output of a command, with some settings changed."""
        done = run_ioc(self.environment | changed, *arguments)
        output = done.stdout + done.stderr
        self.said[f"{' '.join(arguments)} with {sorted(changed)}"] = output
        return done.returncode, output

    def each(self, commands: Sequence[str], changes: Sequence[dict[str, str]]) -> list[Said]:
        """The answers of all commands under all changes, which wait beside each other."""
        with ThreadPoolExecutor() as pool:
            asked = [
                pool.submit(self.ioc, *command.split(), **changed)
                for changed in changes
                for command in commands
            ]
        return [answer.result() for answer in asked]

    def count(self, sql: str) -> int:
        client = clickhouse_connect.get_client(
            host="127.0.0.1",
            port=self.clickhouse_port,
            username="ioc_reader",
            password=marked("reader"),
            database="ioc",
        )
        with client:
            return int(str(client.command(sql)))


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    folder = tmp_path_factory.mktemp("secured")
    files = make_certificates(folder / "certificates")
    (behind,) = free_ports(1)
    own = ioc_environment(folder, IOC_CLICKHOUSE_PORT=str(behind), IOC_HISTORY_H="1", IOC_RATE="50")
    own["IOC_SECRETS_DIR"] = write_secrets(
        folder / "secrets",
        ioc_kafka_password=marked("kafka"),
        ioc_clickhouse_password=marked("writer"),
        ioc_clickhouse_reader_password=marked("reader"),
    )
    broker, clickhouse = SecuredBroker(own, files), Part(own, "clickhouse")
    started = {"broker": broker.part, "clickhouse": clickhouse}
    try:
        broker.start(USER, marked("kafka"))
        clickhouse.start()  # before its proxy, which takes any free port
        clickhouse.await_port(behind)
        with tls_before(behind, files) as before:
            environment = own | {
                "IOC_KAFKA_BOOTSTRAP": f"127.0.0.1:{broker.port}",
                "IOC_KAFKA_PROTOCOL": "SASL_SSL",
                "IOC_KAFKA_USER": USER,
                "IOC_KAFKA_CA_FILE": str(files.ca),
                "IOC_CLICKHOUSE_PORT": str(before),
                "IOC_CLICKHOUSE_SECURE": "true",
                "IOC_CLICKHOUSE_CA_FILE": str(files.ca),
            }
            started |= {name: Part(environment, *arguments) for name, arguments in PARTS.items()}
            running = Secured(folder, environment, files, started, behind)
            for command in ("topics", "schema"):
                code, output = running.ioc(command, "apply")
                assert code == 0, output
            for name in PARTS:
                started[name].start()
            yield running
    finally:
        for part in reversed(started.values()):
            part.kill()


def events_go_all_the_way(stack: Secured) -> None:
    events = f"SELECT count() FROM events_{FEED}"
    until(lambda: stack.count(events) > 500, "events are archived")
    figures = f"SELECT count() FROM indicators WHERE indicator LIKE '{FEED}.%'"
    until(lambda: stack.count(figures) > 0, "indicators are stored")
    _, output = stack.ioc("status")
    assert FEED in output, output
    assert stack.ioc("rejects")[0] == 0


def a_worker_that_was_killed_recovers_its_state_over_tls(stack: Secured) -> None:
    worker = stack.parts["worker"]
    worker.end(signal.SIGKILL)
    accepted = "SELECT max(accepted) FROM progress FINAL"
    before = stack.count(accepted)
    worker.start()
    until(lambda: stack.count(accepted) > before, "the worker goes on")


def nobody_else_comes_in(stack: Secured, folder: Path) -> None:
    others = make_certificates(folder / "others")
    strangers = write_secrets(folder / "wrong", ioc_kafka_password=marked("wrong"))
    changes = [
        {"IOC_SECRETS_DIR": strangers},
        {"IOC_KAFKA_CA_FILE": str(others.ca)},
        {"IOC_KAFKA_PROTOCOL": "PLAINTEXT"},
    ]
    for code, output in stack.each(["status"], changes):
        assert code == 1
        assert "Traceback" not in output
        assert "IOC_KAFKA_PROTOCOL" in output  # one of those to look at


def no_secret_is_told_whatever_fails(stack: Secured, folder: Path) -> None:
    strangers = write_secrets(
        folder / "secrets",
        ioc_kafka_password=marked("wrong"),
        ioc_clickhouse_password=marked("wrong"),
        ioc_clickhouse_reader_password=marked("wrong"),
    )
    stack.each(
        ["audit", "query SELECT", "rejects", "rebuild --from mirror"],
        [{"IOC_SECRETS_DIR": strangers}, {"IOC_KAFKA_CA_FILE": "/dev/null"}],
    )
    refused = [
        Part(stack.environment | {"IOC_SECRETS_DIR": strangers}, *arguments, name=f"wrong-{part}")
        for part, arguments in (
            ("worker", ["worker"]),
            ("sink", ["sink"]),
            ("produce", ["produce", FEED]),
        )
    ]
    stack.parts |= {part.name: part for part in refused}
    for part in refused:
        part.start()
    until(lambda: "rror" in refused[0].log, "the worker says that it is not let in")
    until(lambda: "waiting" in refused[1].log, "the sink says that it waits")
    until(lambda: "take this client" in refused[2].log, "the producer says that it waits")
    stack.parts["clickhouse"].end(signal.SIGKILL)
    stack.parts["broker"].end(signal.SIGKILL)
    stack.ioc("status")
    assert leaks(stack.folder, stack.said) == []


def test_the_pipeline_over_tls(stack: Secured, tmp_path: Path) -> None:
    """One after the other: the last ends the stores."""
    events_go_all_the_way(stack)
    a_worker_that_was_killed_recovers_its_state_over_tls(stack)
    nobody_else_comes_in(stack, tmp_path)
    no_secret_is_told_whatever_fails(stack, tmp_path)
