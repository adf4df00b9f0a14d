"""All parts of the pipeline at once, over the broker that was chosen."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.e2e.running import Part, run_ioc
from tests.kafka.brokers import broker_ports, brokers_of


def start_stores(stores: Sequence[Part], environment: dict[str, str]) -> None:
    """Start brokers and, last, ClickHouse; returns when all of them answer."""
    for store in stores:
        store.start()
    ports = [*broker_ports(environment), int(environment["IOC_CLICKHOUSE_PORT"])]
    for store, port in zip(stores, ports, strict=True):
        store.await_port(port)


@contextmanager
def parts_of(environment: dict[str, str], feeds: Sequence[str]) -> Iterator[dict[str, Part]]:
    """All parts, started; ended in any case. Without feeds nothing is simulated."""
    brokers = brokers_of(environment)
    named = {broker.name: broker for broker in brokers}
    named |= {name: Part(environment, name) for name in ("clickhouse", "worker", "sink")}
    if feeds:
        named["produce"] = Part(environment, "produce", *feeds)
    try:
        start_stores([*brokers, named["clickhouse"]], environment)
        for command in ("topics", "schema"):
            done = run_ioc(environment, command, "apply")
            assert done.returncode == 0, done.stderr
        for part in list(named.values())[len(brokers) + 1 :]:
            part.start()
        yield named
    finally:
        for part in reversed(named.values()):
            part.kill()
