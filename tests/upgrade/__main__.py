"""``python -m tests.upgrade FOLDER``: writes the state and tables of this version as a fixture."""

import sys
import tempfile
from pathlib import Path

from tests.e2e.running import ioc_environment, run_ioc
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
            with stack.client() as client:
                print(f"{save(client, Path(sys.argv[1]))} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
