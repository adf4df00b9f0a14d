"""A recount of a scenario's events from their bytes alone."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import orjson

from producers.replay.event import ReplayEvent

LOCAL = timezone(timedelta(hours=7))
DAYS_OFF = {
    date(2023, month, day)
    for month, days in {1: (2, 23, 24, 25, 26, 27), 5: (1, 2, 3), 9: (4, 5)}.items()
    for day in days
}
"""Days off on weekdays from January to September 2023, worked out by hand after the Labour Code:
New Year's Day on a Sunday (2 Jan); Tet from Saturday 21 to Wednesday 25 Jan (26, 27 in lieu);
Hung Kings on Saturday 29 Apr, 30 Apr on a Sunday, 1 May (2, 3 May in lieu); 2 and 3 Sep on a
weekend (4, 5 Sep in lieu)."""


def in_office_hours(at: datetime) -> bool:
    """From 7:30 to 11:30 or from 13:00 to 17:00 (inclusive) of a working day, local time."""
    local = at.astimezone(LOCAL)
    if local.weekday() >= 5 or local.date() in DAYS_OFF:
        return False
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    hours = (local - midnight) / timedelta(hours=1)
    return 7.5 <= hours <= 11.5 or 13 <= hours <= 17


class Life:
    """The fields of one dossier's events, in their order."""

    __slots__ = ("channel", "district", "due", "fee", "kinds", "level", "times")

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.times: list[datetime] = []
        self.district = self.level = ""
        self.fee = self.channel = 0
        self.due: datetime | None = None


class Recount:
    """Reads all events once and keeps what the tests check."""

    def __init__(self, events: Iterable[ReplayEvent]) -> None:
        self.lives: dict[str, Life] = defaultdict(Life)
        self.counts: Counter[tuple[str, str]] = Counter()
        self.districts: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.out_of_order = 0
        self.event_ids: set[str] = set()
        self.first_ms = self.last_ms = 0
        self.outside: Counter[str] = Counter()
        self.strays: list[dict[str, Any]] = []
        self.resolved_on_time = 0
        digest = sha256()
        for event in events:
            digest.update(event.value)
            self._take(event, orjson.loads(event.value))
        self.digest = digest.hexdigest()

    def _take(self, event: ReplayEvent, fields: dict[str, Any]) -> None:
        at = datetime.fromisoformat(fields["occurred_at"])
        at_ms = round(at.timestamp() * 1000)
        told = (event.at_ms, event.district, event.kind, event.event_id)
        if told != (at_ms, fields["district"], fields["kind"], fields["event_id"]):
            self.strays.append(fields)
        self.first_ms = self.first_ms or at_ms
        self.out_of_order += at_ms < self.last_ms
        self.last_ms = at_ms
        self.event_ids.add(event.event_id)
        self.kinds[event.kind] += 1
        self._count(fields, at)

    def _count(self, fields: dict[str, Any], at: datetime) -> None:
        kind, group = fields["kind"], "province" if fields["level"] == "province" else "below"
        life = self.lives[fields["dossier_id"]]
        life.kinds.append(kind)
        life.times.append(at)
        life.district, life.level = fields["district"], fields["level"]
        life.due = datetime.fromisoformat(fields["due_at"]) if "due_at" in fields else life.due
        self.counts[kind, group] += 1
        how = kind
        if kind == "received":
            life.fee, life.channel = fields["fee_vnd"], fields["channel"]
            self.districts[fields["district"]] += 1
            self.counts["online", group] += fields["channel"] == 2
            how = f"channel {fields['channel']}"
        elif kind == "paid":
            self.counts["paid online", group] += fields["paid_online"]
            how = "paid online" if fields["paid_online"] else "paid at the counter"
            if fields["fee_vnd"] != life.fee:
                self.strays.append(fields)
        elif kind == "resolved":
            assert life.due is not None
            self.resolved_on_time += at <= life.due
        self.outside[how] += not in_office_hours(at)
