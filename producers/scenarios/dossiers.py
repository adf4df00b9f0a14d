"""A dossier of a scenario, and its events."""

from dataclasses import dataclass
from typing import Any

import orjson

from contracts.messages import iso
from contracts.reference.province import Reference
from producers.identity import Namer
from producers.procedures import Offices, Procedure
from producers.replay.event import ReplayEvent
from producers.simulator import envelope

FEED = "dossier"


@dataclass(slots=True)
class Dossier:
    """The fate of a dossier. Times are milliseconds since 1970; 0 means never.

    ``extended_ms`` is the new limit after more papers were requested at ``begun_ms``.
    """

    district: str
    procedure: Procedure
    channel: int
    received_ms: int
    begun_ms: int
    due_ms: int
    extended_ms: int = 0
    paid_ms: int = 0
    paid_online: bool = False
    resolved_ms: int = 0
    digitised: bool = False
    rating: int | None = None


class Teller:
    """Makes events of dossiers; their ids follow from seed, source and the dossier's number."""

    def __init__(self, source: str, seed: int, reference: Reference) -> None:
        self._source = source
        self._namer = Namer(seed, FEED)
        self._offices = Offices(reference.units, reference.agencies)

    def event(self, number: int, dossier: Dossier, kind: str, at_ms: int) -> ReplayEvent:
        """The event of that kind of the dossier with that number, at an instant (ms since 1970)."""
        event_id = self._namer.event_id(f"{self._source}|{number}|{kind}")
        district, procedure = dossier.district, dossier.procedure
        fields = envelope(FEED, kind, district, event_id, at_ms, self._source)
        fields |= {
            "dossier_id": f"hs-{district}-{self._namer.item(f'{self._source}|{number}')}",
            "procedure": procedure.code,
            "sector": procedure.sector,
            "level": procedure.level,
            "agency": self._offices.handling(procedure, district),
            "received_at": iso(dossier.received_ms),
        }
        fields |= _own_fields(dossier, kind)
        return ReplayEvent(at_ms, district, kind, event_id, orjson.dumps(fields))


def _own_fields(dossier: Dossier, kind: str) -> dict[str, Any]:
    """The fields that only events of this kind have."""
    fee_vnd = dossier.procedure.fee_vnd
    if kind == "received":
        return {"channel": dossier.channel, "due_at": iso(dossier.due_ms), "fee_vnd": fee_vnd}
    if kind == "supplement_requested":
        return {"due_at": iso(dossier.extended_ms)}
    if kind == "paid":
        return {"fee_vnd": fee_vnd, "paid_online": dossier.paid_online}
    return {
        "due_at": iso(dossier.extended_ms or dossier.due_ms),
        "digitised": dossier.digitised,
        "rating": dossier.rating,
    }
