"""Runs the installed peers, each in a process of their environment."""

import asyncio
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks.case import IN_WINDOWS, Case, Measured
from benchmarks.child import metered
from benchmarks.load import messages
from benchmarks.options import Options
from benchmarks.peers.job import counted
from benchmarks.preload import preload
from benchmarks.stack import bench_stack
from contracts.topics import events_topic
from producers.faults import Message

STEP = "peers"
FEED = "traffic"
PATIENCE_S = 90.0
SKEW_S = 60
"""Seconds that an accepted event may lie ahead of the last record, as in the worker."""
PEERS = {
    "Faust 0.15, the worker's check": (("faust_stock", "--check", "columns"), 0.1),
    "Quix Streams 3.28, pydantic models": (("quix", "--check", "models"), 0.1),
    "Bytewax 0.21, pydantic models": (("bytewax_flow", "--check", "models"), 0.3),
    "Bytewax 0.21, the worker's check": (("bytewax_flow", "--check", "columns"), 0.5),
    "Pathway 0.33, pydantic models": (("pathway_checked", "--check", "models"), 0.3),
    "Pathway 0.33, the worker's check": (("pathway_checked", "--check", "columns"), 0.5),
    "Pathway 0.33, types only": (("pathway_native",), 1.0),
}
"""Name -> script with options, and its share of the events: slow ones get fewer."""
Told = Callable[[int], Iterable[Message]]
"""Returns this number of messages."""
ABSENT = "peers: not all installed, so not measured; `make bench-peers` installs them"
_PROBE = "import bytewax, faust, msgspec, pathway, pydantic, quixstreams"
_VERSIONS = """
from importlib.metadata import version
for name in ("faust-streaming", "quixstreams", "bytewax", "pathway", "pydantic", "msgspec"):
    print(f"peers:{name}={version(name)}")
"""


def are_installed(python: Path) -> bool:
    """Whether this interpreter has the peers and the libraries of their checks."""
    if not python.is_file():
        return False
    probe = subprocess.run([str(python), "-c", _PROBE], capture_output=True, check=False)  # noqa: S603
    return probe.returncode == 0


def versions(python: Path) -> dict[str, str]:
    """Versions of the peers and of the libraries of their checks; empty if one is missing."""
    if not are_installed(python):
        return {}
    found = subprocess.run([str(python), "-c", _VERSIONS], capture_output=True, check=True)  # noqa: S603
    return dict(line.split("=") for line in found.stdout.decode().split())


def cases(options: Options) -> Iterator[Case]:
    """A case for each peer."""
    for name in PEERS:
        yield peer_case(STEP, name, options, partial(messages, FEED))


def peer_case(step: str, name: str, options: Options, told: Told, *, is_main: bool = True) -> Case:
    """The case of a peer over its share of the events."""
    called, share = PEERS[name]
    events = max(10_000, round(options.events * share))
    run = partial(_run, options.peers_python, name, called, events, told)
    return Case(step, name, run, 14.0, is_main)


def _run(python: Path, name: str, called: Sequence[str], events: int, told: Told) -> list[Measured]:
    with bench_stack([FEED]) as stack:
        stack.start_broker()
        topic = events_topic(FEED)
        asyncio.run(preload(stack.settings, topic, told(events)))
        values = [message.value for message in told(events)]
        until = datetime.fromtimestamp(max(m.publish_ms for m in told(events)) / 1000, UTC)
        expected = counted(values, until + timedelta(seconds=SKEW_S))
        script, *how = called
        command = [str(python), "-m", f"benchmarks.peers.{script}", *how]
        command += ["--bootstrap", stack.settings.kafka_bootstrap]
        command += ["--topic", topic, "--events", str(events)]
        command += ["--expect", str(expected)]
        command += ["--until", (until + timedelta(seconds=SKEW_S)).isoformat()]
        figures = dict(metered(command, os.environ, PATIENCE_S))
        return [measured(name, figures, expected)]


def measured(name: str, figures: dict[str, float], expected: int) -> Measured:
    """A run's row. A run is wrong if its windows hold other events than the models count."""
    held = int(figures[IN_WINDOWS])
    if held == expected:
        return Measured(name, figures)
    return Measured(f"{name}: WRONG", {IN_WINDOWS: held, "models count": expected})
