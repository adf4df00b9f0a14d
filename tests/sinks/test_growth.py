"""A contract gains a field while the sink runs: nothing stops, and nothing is lost."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from contracts.feeds.traffic import TRAFFIC, Detection, Heartbeat, Review
from contracts.reference.province import load_reference
from contracts.topics import accepted_topic
from ioc.feeds.compatibility import changes
from sinks.client import writer
from sinks.schema.apply import apply
from tests.contracts.samples import SAMPLES
from tests.sinks.messages import detection
from tests.sinks.stack import Stack

ACCEPTED = accepted_topic("traffic")


class WeighedDetection(Detection):
    """A detection of the next version, whose cameras may know more."""

    axles: Annotated[int, Field(ge=2, le=12)] | None = None


GROWN = replace(
    TRAFFIC,
    event_type=Annotated[WeighedDetection | Review | Heartbeat, Field(discriminator="kind")],
)


def test_events_of_before_are_valid_afterwards() -> None:
    assert [change.breaks for change in changes(TRAFFIC.schema(), GROWN.schema())] == [False]
    for (feed, kind), sample in SAMPLES.items():
        if feed == "traffic":
            ((event,), _) = GROWN.columns.check([GROWN.form.formed(sample)])
            assert event is not None, kind
            assert event.get("axles") is None


def test_the_table_gains_the_column_while_the_sink_runs(stack: Stack) -> None:
    stack.start_sink()
    stack.send_rows(ACCEPTED, [detection(n) for n in range(10)])
    stack.flush()
    stack.wait_rows("events_traffic", 10)
    reference = load_reference(stack.settings)
    with writer(stack.settings) as client:  # ioc schema apply, of the next version
        changed = apply(client, stack.settings, (GROWN,), reference)
    assert "events_traffic" in changed
    stack.send_rows(ACCEPTED, [detection(n) for n in range(10, 20)])  # by a worker of before
    stack.send_rows(ACCEPTED, [detection(n, axles=5) for n in range(20, 30)])  # by the next one
    stack.flush()
    stack.wait_rows("events_traffic", 30)
    found = stack.client.query(
        "SELECT isNull(axles), groupUniqArray(axles), min(offset), max(offset)"
        " FROM events_traffic FINAL GROUP BY 1 ORDER BY 1"
    ).result_rows
    assert found == [(0, [5], 20, 29), (1, [], 0, 19)]
    assert stack.error is None
