"""A valid event of every kind: written by hand, or else the first that the simulator tells."""

from collections.abc import Iterator
from typing import Any

from contracts.registry import FEEDS
from contracts.settings import Settings
from producers.registry import SIMULATORS, simulator_of
from producers.simulator import NATURAL, World

_COMMON: dict[str, Any] = {
    "event_id": "0f3f2a52-7c1e-4d1c-9d55-1c9a3b7f0a01",
    "district": "148",
    "occurred_at": "2026-11-20T03:00:00.000Z",
    "source": "test",
}
_DOCUMENT = _COMMON | {
    "feed": "eoffice",
    "document_id": "doc-1",
    "agency": "so-noi-vu",
    "urgency": 1,
    "electronic": True,
    "received_at": "2026-11-20T01:00:00Z",
}
_DOSSIER = _COMMON | {
    "feed": "dossier",
    "dossier_id": "ds-1",
    "procedure": "1.004.1",
    "sector": "dat-dai",
    "level": "district",
    "agency": "ubnd-hoa-binh",
    "received_at": "2026-11-18T01:00:00Z",
}
_CAMERA = _COMMON | {"feed": "traffic", "camera_id": "cam-148-01", "road": 'Đường "QL6"'}
_DUE = {"due_at": "2026-11-21T10:00:00Z"}

_WRITTEN: dict[tuple[str, str], dict[str, Any]] = {
    ("eoffice", "received"): _DOCUMENT | _DUE | {"kind": "received", "direction": "incoming"},
    ("eoffice", "issued"): _DOCUMENT | {"kind": "issued", "direction": "outgoing", "signed": True},
    ("eoffice", "completed"): _DOCUMENT | _DUE | {"kind": "completed", "direction": "incoming"},
    ("eoffice", "revoked"): _DOCUMENT | {"kind": "revoked", "direction": "outgoing"},
    ("dossier", "received"): _DOSSIER | _DUE | {"kind": "received", "channel": 2, "fee_vnd": 0},
    ("dossier", "supplement_requested"): _DOSSIER | _DUE | {"kind": "supplement_requested"},
    ("dossier", "resolved"): _DOSSIER | _DUE | {"kind": "resolved", "digitised": True, "rating": 5},
    ("dossier", "returned"): _DOSSIER | {"kind": "returned"},
    ("dossier", "paid"): _DOSSIER | {"kind": "paid", "fee_vnd": 50_000, "paid_online": True},
    ("traffic", "detection"): _CAMERA
    | {
        "kind": "detection",
        "lane": 1,
        "vehicle_class": "car",
        "speed_kmh": 61.5,
        "limit_kmh": 60,
        "violation": "speeding",
        "confidence": 0.9,
        "plate_token": "0123456789abcdef",
    },
    ("traffic", "review"): _CAMERA
    | {
        "kind": "review",
        "detection_id": "0f3f2a52-7c1e-4d1c-9d55-1c9a3b7f0a02",
        "detected_at": "2026-11-23T03:10:30Z",
        "violation": "speeding",
        "review": "confirmed",
    },
    ("traffic", "heartbeat"): _CAMERA | {"kind": "heartbeat"},
    ("press", "article"): _COMMON
    | {
        "feed": "press",
        "kind": "article",
        "article_id": "0123456789abcdef",
        "outlet": "bao-suong-mai",
        "outlet_kind": "portal",
        "topic": "giao-thong",
        "sentiment": "negative",
        "score": -0.4,
        "reach": 1200,
        "published_at": "2026-11-20T02:58:00Z",
    },
}

_MONDAY_S = 1_793_581_200
"""2 November 2026, 8:00 in Vietnam."""
_SLOTS = 5_000


def _told(feed: str, kinds: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The first event of each of these kinds; ids, district and time are those of all samples."""
    simulator = simulator_of(feed, World.load(Settings(_env_file=None)))
    for number in range(_SLOTS):
        for planned in simulator.events(_MONDAY_S + number * simulator.slot_s, NATURAL):
            kind = planned.event["kind"]
            if kind in kinds:
                kinds.remove(kind)
                yield kind, planned.event | _COMMON
        if not kinds:
            return
    raise AssertionError(f"{feed}: its simulator tells of no {kinds} in {_SLOTS} slots")


SAMPLES = _WRITTEN | {
    (feed.name, kind): event
    for feed in FEEDS
    if feed.name in SIMULATORS and not any(name == feed.name for name, _ in _WRITTEN)
    for kind, event in _told(feed.name, set(feed.kinds))
}
