"""An item is taken back once, however many events say so, in whatever order."""

from itertools import permutations
from typing import Any

import pytest

from contracts.events.event import Checked
from contracts.registry import feed_named
from streams.gauges.state import Writes
from streams.panes.fold import PaneFold
from streams.panes.retractions import Retractions
from tests.contracts.formed import formed
from tests.contracts.samples import SAMPLES

EOFFICE = feed_named("eoffice")
LATENESS_S = 86_400.0
MINUTE = 29_919_060
"""2026-11-20 03:00 UTC, in minutes since 1970."""


def revoked(number: int, clock: str, **fields: Any) -> Checked:
    told = {
        "event_id": f"00000000-0000-0000-0000-00000000000{number}",
        "occurred_at": f"2026-11-20T{clock}:00.000Z",
        "received_at": "2026-11-20T03:00:00.000Z",
        "direction": "incoming",
        "signed": False,
    }
    return formed(SAMPLES["eoffice", "revoked"] | told | fields)


def folded(events: list[Checked], kept: Retractions) -> dict[str, int]:
    """The retractions in the minute in which the document was received."""
    panes = PaneFold(EOFFICE, kept)
    panes.add(events, [1_795_150_000.0] * len(events), [])
    found = panes.deltas().get(("148", MINUTE), {})
    return {part: n for part, n in found.items() if isinstance(n, int)}


def test_two_revocations_of_a_document_take_it_back_once() -> None:
    """Two offices revoke it, with ids of their own; only the first revocation counts."""
    events = [
        revoked(2, "04:10", direction="outgoing"),
        revoked(1, "04:00"),
        revoked(3, "04:00", electronic=False),
    ]
    for order in permutations(events):
        kept = Retractions(EOFFICE, {}, LATENESS_S)
        total: dict[str, int] = {}
        table: Writes = {}
        for one in order:  # each in a batch of its own, after a restart
            for part, n in folded([one], kept).items():
                total[part] = total.get(part, 0) + n
            table |= kept.take_writes()
            held = {key: payload for key, payload in table.items() if payload is not None}
            kept = Retractions(EOFFICE, held, LATENESS_S)
        left = {part: n for part, n in total.items() if n}
        assert left == {"received": -1, "registered": -1, "registered_electronic": -1}


def test_another_document_is_another_matter() -> None:
    kept = Retractions(EOFFICE, {}, LATENESS_S)
    events = [revoked(1, "04:00"), revoked(2, "04:00", document_id="doc-2")]
    assert folded(events, kept)["received"] == -2


@pytest.mark.parametrize(("hours", "is_kept"), [(48, True), (49, False)])
def test_it_is_kept_as_long_as_a_repeat_could_count(hours: int, *, is_kept: bool) -> None:
    kept = Retractions(EOFFICE, {}, LATENESS_S)
    folded([revoked(1, "04:00")], kept)
    gone = kept.expire({"148": (MINUTE + hours * 60) * 60.0, "150": 1e10})
    assert (not gone) is is_kept
