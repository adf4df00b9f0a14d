"""Events sent again long after, through the real pipeline and a worker's restart."""

import signal
from datetime import UTC, datetime
from pathlib import Path

from tests.e2e.ledger import client_of, rows
from tests.e2e.parts import parts_of
from tests.e2e.running import ioc_environment
from tests.e2e.test_rejects import article, publish, renew, wait_for


def test_repeats_beyond_the_window_are_duplicates_after_a_restart_too(tmp_path: Path) -> None:
    """The worker reads only 8 records back; its table has the ids of the others.

    A raised IOC_GENERATION makes it read the whole log again.
    """
    environment = ioc_environment(tmp_path, IOC_FEEDS="press", IOC_DUPLICATE_WINDOW="8")
    now = datetime.now(UTC).replace(microsecond=0)
    events = [article(n, "150", now) for n in range(60)]
    with parts_of(environment, ()) as parts:
        publish(environment, events)
        client = client_of(environment)
        wait_for(client, archived=60, rejected=0)
        publish(environment, events[:20])
        wait_for(client, archived=60, rejected=20)
        renew(parts, environment)
        publish(environment, events[:50])
        wait_for(client, archived=60, rejected=70)
        assert rows(client, "SELECT reason, count() FROM rejects FINAL GROUP BY reason") == [
            ("duplicate", 70)
        ]
        assert rows(
            client, "SELECT count() > 0 FROM state FINAL WHERE key LIKE '%|seen|%' AND NOT deleted"
        ) == [(1,)]

        # Nothing follows these three, so only the log holds their ids.
        publish(environment, [article(n, "150", now) for n in range(60, 63)])
        wait_for(client, archived=63, rejected=70)
        raised = environment | {"IOC_GENERATION": "1"}
        for name in ("worker", "sink"):
            parts[name].end(signal.SIGTERM)
            parts[name].environment = raised
            parts[name].start()
        wait_for(client, archived=63, rejected=70 + 133)
        publish(environment, [article(62, "150", now), article(63, "150", now)])
        wait_for(client, archived=64, rejected=70 + 134)
