"""From a pane to its events, in one query."""

from tests.sinks.audit.world import World

LINEAGE = """
WITH
    (SELECT (district, pane, version) FROM panes FINAL
     WHERE feed = 'eoffice' AND counts['registered'] != 0 ORDER BY pane DESC LIMIT 1) AS figure
SELECT event_id, kind, occurred_at, generation, partition, offset
FROM events_eoffice FINAL
WHERE district = figure.1
    AND (toStartOfMinute(occurred_at) = figure.2
        OR (kind = 'revoked' AND toStartOfMinute(received_at) = figure.2
            AND occurred_at BETWEEN received_at AND received_at + INTERVAL 24 HOUR))
    AND bitShiftLeft(toUInt64(generation), 40) + offset <= figure.3
ORDER BY occurred_at
"""


def test_a_pane_leads_to_the_events_that_it_counts(world: World) -> None:
    """The minute's own, and the revocations of its documents; nothing behind its version."""
    back = {"received_at": "03:00:01", "direction": "outgoing"}
    counted = [
        world.event("eoffice", "issued", "03:00:01", received_at="03:00:01"),
        world.event("eoffice", "completed", "03:00:59.999", received_at="01:00:00"),
        world.event("eoffice", "revoked", "05:00:00", **back),
    ]
    world.event("eoffice", "issued", "03:00:02", district="150")
    world.event("eoffice", "issued", "03:01:00")
    world.event("eoffice", "revoked", "2026-11-21T03:00:02Z", **back)
    world.pane("eoffice", "03:00", {"events": 2, "registered": 0, "issued": 0}, upto=4)
    world.pane("eoffice", "03:00", {"events": 2, "registered": 9, "issued": 9})
    world.event("eoffice", "issued", "03:00:03")
    found = world.client.query(LINEAGE).result_rows
    assert [str(row[0]) for row in found] == [each["event_id"] for each in counted]
    assert [row[-1] for row in found] == [0, 1, 2]
