"""Compares panes worked out by hand with the worker's fold and with the SQL recount."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from contracts.events.event import Checked
from contracts.indicators.formulas import Figure
from contracts.indicators.parts import Part, Parts, merged
from contracts.time.instants import checked_instant, epoch_ms
from tests.contracts.formed import formed
from tests.feeds.samples import SAMPLES
from tests.sinks.audit.conftest import Audit
from tests.sinks.audit.world import World
from tests.streams.panes.test_pane_figures import figures, folded, minute

OWN = frozenset({"feed", "kind", "event_id", "occurred_at"})
"""Fields that each event has its own of, or that are given by name."""


class Told(NamedTuple):
    """An event of 2026-11-20: its kind, its time (hh:mm:ss) and what differs from the sample."""

    kind: str
    clock: str
    fields: Mapping[str, Any] = {}


def event(feed: str, kind: str, clock: str, /, **fields: Any) -> Checked:
    """A checked event of 2026-11-20: the sample with other values in some fields."""
    given = SAMPLES[feed, kind] | {"occurred_at": clock} | fields
    return formed(
        {
            name: checked_instant(value if "T" in value else f"2026-11-20T{value}Z")
            if name.endswith("_at") and value is not None
            else value
            for name, value in given.items()
        }
    )


def seconds(of_event: Checked) -> float:
    """When a checked event occurred, in seconds since 1970."""
    return epoch_ms(of_event["occurred_at"]) / 1000


@dataclass(frozen=True)
class Meaning:
    """The two independent ways from events to panes."""

    world: World
    audit: Audit

    def agree(
        self, feed: str, told: list[Told], panes: Mapping[tuple[str, str], Mapping[str, Part]]
    ) -> dict[str, Figure]:
        """Check that both give ``panes`` by (district, hh:mm); the figures of all of them merged.

        ``events`` is left out of the panes: it is counted here.
        """
        expected: dict[tuple[str, str], Parts] = {key: dict(parts) for key, parts in panes.items()}
        for each in told:
            district = each.fields.get("district", SAMPLES[feed, each.kind]["district"])
            pane = expected[str(district), each.clock[:5]]
            pane["events"] = int(str(pane.get("events", 0))) + 1
        made = folded(feed, *(event(feed, each.kind, each.clock, **each.fields) for each in told))
        without_zeros = {
            key: {name: part for name, part in parts.items() if part != 0}
            for key, parts in made.items()
        }
        assert without_zeros == {
            (district, minute(clock)): parts for (district, clock), parts in expected.items()
        }
        for each in told:
            sample = {k: v for k, v in SAMPLES[feed, each.kind].items() if k not in OWN}
            self.world.event(feed, each.kind, each.clock, **{**sample, **each.fields})
        self.world.progress(feed)
        for (district, clock), parts in expected.items():
            self._insert(feed, clock, district, parts)
        found = self.audit(feed)
        assert found.faults == ()
        assert found.panes_checked == len(expected)
        return figures(feed, merged(expected.values()))

    def _insert(self, feed: str, clock: str, district: str, parts: Parts) -> None:
        self.world.pane(
            feed,
            clock,
            {name: part for name, part in parts.items() if isinstance(part, int)},
            {name: part for name, part in parts.items() if isinstance(part, dict)},
            {name: sorted(part) for name, part in parts.items() if isinstance(part, frozenset)},
            district=district,
        )
