"""Simulated information security: alerts, triage, incidents, heartbeats of monitored systems.

Invented magnitudes of a province's security operations centre: some 900 alerts a day, a third of
them judged by a person, mostly as false, and four or five incidents a day.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from contracts.messages import iso
from contracts.reference.reporters import MonitoredSystem
from producers.calendar import DAY_S, Shape
from producers.drawing import Weighted
from producers.lives import Life, LifeSimulator
from producers.outages import Outages
from producers.simulator import LATE_S, Pace, Planned, World, envelope

PER_DAY = 900
HEARTBEAT_S = 900
LONGEST_DAYS = 10
SEVERITY_WEIGHTS = {"low": 0.55, "medium": 0.32, "high": 0.11, "critical": 0.02}
JUDGED = {"low": 0.15, "medium": 0.5, "high": 0.95, "critical": 1.0}
TRUE = {"low": 0.03, "medium": 0.08, "high": 0.2, "critical": 0.45}
BECOMES_INCIDENT = {"low": 0.0, "medium": 0.02, "high": 0.1, "critical": 0.3}
"""By severity: share of alerts judged, of these the true ones, of those that become incidents."""
INCIDENT_EVENTS = 4
EVENTS_EACH = sum(
    share * (1 + JUDGED[name] * (1 + TRUE[name] * BECOMES_INCIDENT[name] * INCIDENT_EVENTS))
    for name, share in SEVERITY_WEIGHTS.items()
)
"""Mean number of events of an alert."""
CONTAIN_HOURS = {"medium": 12.0, "high": 6.0, "critical": 3.0}
LONGEST_CONTAIN_H, LONGEST_RESOLVE_H = 72.0, 144.0
REPORT_LIMIT_DAYS = 5
REPORTED_ON_TIME = 0.94
HOUR_MS, MINUTE_MS, DAY_MS = 3_600_000, 60_000, 86_400_000

SEVERITIES = Weighted.of(SEVERITY_WEIGHTS)
CATEGORIES = Weighted.of(
    {
        "scan": 34,
        "web_attack": 21,
        "malware": 16,
        "phishing": 13,
        "botnet": 9,
        "ddos": 5,
        "leak": 2,
    }
)

# fmt: off
ATTACKS = Shape(
    hours=(0.9, 0.9, 1.0, 1.0, 0.9, 0.8, 0.8, 0.9, 1.1, 1.2, 1.2, 1.1,
           1.0, 1.0, 1.1, 1.2, 1.1, 1.0, 0.9, 0.9, 1.0, 1.0, 1.0, 1.0),
    weekdays=(1.05, 1.05, 1.0, 1.0, 1.0, 0.95, 0.95), day_off=1.1,
)
"""Attacks come around the clock; slightly more by day, when people click, and on holidays."""
# fmt: on


class InfosecSimulator(LifeSimulator):
    """Alerts with their consequences, and the heartbeats of monitored systems."""

    name = "infosec"
    slot_s = HEARTBEAT_S
    life_s = LONGEST_DAYS * DAY_S + LATE_S
    history_h = 48.0
    natural_rate = PER_DAY * EVENTS_EACH / DAY_S
    shape = ATTACKS

    def __init__(self, world: World) -> None:
        self._systems: dict[str, list[MonitoredSystem]] = {}
        for system in world.reference.monitored:
            self._systems.setdefault(system.district, []).append(system)
        held = {code: len(systems) for code, systems in self._systems.items()}
        count = sum(held.values())
        super().__init__(world, {code: PER_DAY * held[code] / count for code in held})
        self.fixed_rate = count / HEARTBEAT_S
        self._outages = Outages(world.seed, DAY_S, chance=0.1, lasts_s=(3_600, 14_400))
        self._phase = lru_cache(maxsize=count)(self._draw_phase)

    def events(self, start_s: int, pace: Pace) -> Iterator[Planned]:
        """The alerts of the slot with their consequences, and the heartbeats in it."""
        yield from super().events(start_s, pace)
        for systems in self._systems.values():
            for system in systems:
                yield from self._heartbeats(system, start_s, pace.slot_s(self.slot_s))

    def live(self, life: Life) -> None:
        """An alert; sometimes its triage; rarely an incident."""
        rng = life.rng
        system = rng.choice(self._systems[life.district])
        severity = SEVERITIES.draw(rng)
        life.common = {"system_id": system.system_id, "system_level": system.level}
        what = {"severity": severity, "category": CATEGORIES.draw(rng)}
        alert = {"alert_id": f"cb-{life.item}"}
        token = {"host_token": self._namer.token(rng.getrandbits(64))}
        life.add("alert", life.born_ms, alert | what | token)
        if rng.random() >= JUDGED[severity]:
            return
        is_true = rng.random() < TRUE[severity]
        judged_ms = life.born_ms + rng.randrange(5, 120) * MINUTE_MS
        judged = {
            "severity": severity,
            "verdict": "confirmed" if is_true else "false_alarm",
            "alerted_at": iso(life.born_ms),
        }
        life.add("triage", judged_ms, alert | judged)
        if is_true and rng.random() < BECOMES_INCIDENT[severity]:
            _incident(life, judged_ms + rng.randrange(2, 30) * MINUTE_MS, what)

    def _heartbeats(self, system: MonitoredSystem, start_s: int, slot_s: int) -> Iterator[Planned]:
        """The heartbeats of a system in a slot."""
        first_s = start_s + (self._phase(system.system_id) - start_s) % HEARTBEAT_S
        for at_s in range(first_s, start_s + slot_s, HEARTBEAT_S):
            if self._outages.is_down(system.system_id, at_s):
                continue
            event_id = self._namer.event_id(f"{system.system_id}|heartbeat|{at_s}")
            event = envelope(self.name, "heartbeat", system.district, event_id, at_s * 1000)
            event["system_id"] = system.system_id
            event["system_level"] = system.level
            # the id is a hash: its digits serve as the draw
            delay = 20 + int(event_id[:8], 16) % 400
            yield Planned(at_s * 1000 + delay, system.district, event)

    def _draw_phase(self, system_id: str) -> int:
        return int(self._namer.item(system_id), 16) % HEARTBEAT_S


def _incident(life: Life, opened_ms: int, what: dict[str, Any]) -> None:
    """Opened, contained, reported and resolved, in the order of time."""
    rng = life.rng
    median_h = CONTAIN_HOURS[what["severity"]]
    contain_h = min(median_h * rng.lognormvariate(0, 0.8), LONGEST_CONTAIN_H)
    resolve_h = min(contain_h + 24 * rng.lognormvariate(0, 0.7), LONGEST_RESOLVE_H)
    due_ms = opened_ms + REPORT_LIMIT_DAYS * DAY_MS
    is_on_time = rng.random() < REPORTED_ON_TIME
    report_h = rng.uniform(2, 100) if is_on_time else 24 * REPORT_LIMIT_DAYS + rng.uniform(1, 72)
    incident = {"incident_id": f"sc-{life.item}", "opened_at": iso(life.when(opened_ms))} | what
    due = {"due_at": iso(life.when(due_ms))}
    life.add("incident_opened", opened_ms, incident | due)
    steps: list[tuple[float, str, dict[str, str]]] = [
        (contain_h, "incident_contained", {}),
        (report_h, "incident_reported", due),
        (resolve_h, "incident_resolved", {}),
    ]
    for hours, kind, fields in sorted(steps, key=lambda step: step[0]):
        life.add(kind, opened_ms + int(hours * HOUR_MS), incident | fields)
