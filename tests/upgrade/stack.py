"""The parts that a version's state and tables come from, and go back into."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from tests.e2e.ledger import WRITER, client_of
from tests.e2e.running import Part

DATABASE = "ioc"


@dataclass(frozen=True)
class UpgradeStack:
    """Parts by name; ``environment`` leads to them."""

    environment: dict[str, str]
    parts: dict[str, Part]

    def start(self, name: str, port: str = "") -> None:
        """Start a part, and wait until its port answers."""
        self.parts[name].start()
        if port:
            self.parts[name].await_port(int(port))

    def client(self, user: str = WRITER) -> Client:
        return client_of(self.environment, user, "default")

    def count(self, table: str) -> int:
        """Rows of a table."""
        with self.client() as client:
            return int(str(client.command(f"SELECT count() FROM {DATABASE}.{table}")))

    def worked(self) -> int:
        """Events of this log that were accepted, and are archived."""
        with self.client() as client:
            sql = (
                f"SELECT sum(accepted + rejected + duplicates) FROM {DATABASE}.progress FINAL"
                " WHERE generation = {generation:UInt32}"
            )
            generation = int(self.environment.get("IOC_GENERATION", "0"))
            return int(str(client.command(sql, parameters={"generation": generation})))


@contextmanager
def stack_of(environment: dict[str, str]) -> Iterator[UpgradeStack]:
    """Broker and ClickHouse run; worker and sink wait to be started; all end in any case."""
    names = ("broker", "clickhouse", "worker", "sink")
    stack = UpgradeStack(environment, {name: Part(environment, name) for name in names})
    try:
        stack.start("broker", environment["IOC_KAFKA_BOOTSTRAP"].rpartition(":")[2])
        stack.start("clickhouse", environment["IOC_CLICKHOUSE_PORT"])
        yield stack
    finally:
        for part in reversed(stack.parts.values()):
            part.kill()
