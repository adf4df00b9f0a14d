"""``python -m tests.upgrade FOLDER``: writes this version's tables and topics as a fixture."""

import signal
import sys
import tempfile
from pathlib import Path

from tests.e2e.running import ioc_environment, run_ioc
from tests.upgrade import topics
from tests.upgrade.events import KINDS, events, publish
from tests.upgrade.fixture import save
from tests.upgrade.stack import stack_of
from tests.waiting import until


def main() -> int:
    """Run a stack over made-up events; gives the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        environment = ioc_environment(Path(folder), IOC_GENERATION="1", IOC_AUDIT_EVERY_S="5")
        with stack_of(environment) as stack:
            for command in ("topics", "schema"):
                assert run_ioc(environment, command, "apply").returncode == 0
            stack.start("worker")
            stack.start("sink")
            bootstrap = environment["IOC_KAFKA_BOOTSTRAP"]
            counts = publish(bootstrap, events(KINDS, rounds=[0]))
            publish(bootstrap, [("traffic", "148", b"not an event")])
            until(lambda: stack.worked() == sum(counts.values()) + 1, "all is worked through")
            for table in ("indicators", "audit"):  # both come after the events
                until(lambda table=table: stack.count(table), f"something is in {table}")  # type: ignore[misc]
            for name in ("worker", "sink"):
                assert stack.parts[name].end(signal.SIGTERM) == 0
            folder_of_fixture = Path(sys.argv[1])
            with stack.client() as client:
                print(f"{save(client, folder_of_fixture)} rows")
            print(f"{topics.save(bootstrap, folder_of_fixture)} records")
    return 0


if __name__ == "__main__":
    sys.exit(main())
