"""The pipeline as processes that each serve metrics and health on a port of their own."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGCONT, SIGKILL

from prometheus_client.parser import text_string_to_metric_families

from contracts.registry import feeds_named
from contracts.settings import load_settings
from ioc.embedded.ports import free_ports
from ioc.status.lag import LagReader
from sinks.client import reader
from tests.e2e.parts import start_stores
from tests.e2e.running import Part, ioc_environment, run_ioc
from tests.kafka.brokers import brokers_of

FEED = "traffic"
NAMES = ("clickhouse", "worker", "sink", "produce")


class Monitored(Part):
    """A part that serves its health."""

    may_fork = False  # it declares the metrics of the modules that it imports

    def __init__(self, environment: dict[str, str], port: int, *arguments: str) -> None:
        self.port = port
        self._settings = load_settings(
            kafka_bootstrap=environment["IOC_KAFKA_BOOTSTRAP"],
            clickhouse_port=environment["IOC_CLICKHOUSE_PORT"],
        )
        super().__init__(environment | {"IOC_METRICS_PORT": str(port)}, *arguments)

    def get(self, path: str) -> tuple[int, str]:
        """Status and text; 0 where nothing answers within two seconds."""
        try:
            url = f"http://127.0.0.1:{self.port}{path}"
            with urllib.request.urlopen(url, timeout=2) as answer:
                return answer.status, answer.read().decode().strip()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode().strip()
        except OSError as error:
            return 0, str(error)

    def is_well(self, path: str = "/healthz") -> bool:
        return self.get(path) == (200, "ok")

    def says(self, *words: str) -> bool:
        """Is it unhealthy, and does its sentence hold these words?"""
        status, text = self.get("/healthz")
        return status == 503 and all(word in text for word in words)

    def sum_of(self, name: str, **labels: str) -> float:
        """The sum of the samples of that name which carry these labels."""
        _, text = self.get("/metrics")
        return sum(
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def published(self) -> int:
        """Messages in the log of the feed's events."""
        lags = LagReader(self._settings)
        try:
            (lag,) = lags.worker(feeds_named([FEED]))
        finally:
            lags.close()
        return lag.published

    def archived(self) -> int:
        """Events of the feed in ClickHouse."""
        with reader(self._settings) as client:
            ((count,),) = client.query(f"SELECT count() FROM ioc.events_{FEED} FINAL").result_rows
        return int(count)

    @property
    def names(self) -> set[str]:
        """The project's own metrics that it shows, by name."""
        _, text = self.get("/metrics")
        lines = (line.split() for line in text.splitlines() if line.startswith("# TYPE ioc_"))
        return {line[2] for line in lines if not line[2].endswith("_created")}


@contextmanager
def monitored(folder: Path, **settings: str) -> Iterator[tuple[Part, dict[str, Monitored]]]:
    """The broker and the other parts, all started; ended in any case."""
    environment = ioc_environment(folder, **settings)
    ports = free_ports(len(NAMES))
    parts = {
        name: Monitored(environment, port, name, *([FEED] if name == "produce" else []))
        for name, port in zip(NAMES, ports, strict=True)
    }
    (broker, *_) = brokers = brokers_of(environment)
    try:
        start_stores([*brokers, parts["clickhouse"]], environment)
        for command in ("topics", "schema"):
            done = run_ioc(environment, command, "apply")
            assert done.returncode == 0, done.stderr
        for name in NAMES[1:]:
            parts[name].start()
        yield broker, parts
    finally:
        for part in (*parts.values(), *brokers):
            if part.is_running:
                part.send(SIGCONT)
                part.end(SIGKILL)
