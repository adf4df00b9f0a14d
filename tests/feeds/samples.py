"""A valid event of every kind of the feeds whose tests stand here, written by hand."""

from typing import Any

COMMON: dict[str, Any] = {
    "event_id": "0f3f2a52-7c1e-4d1c-9d55-1c9a3b7f0a01",
    "district": "148",
    "occurred_at": "2026-11-20T03:00:00.000Z",
    "source": "test",
}
_SYSTEM = COMMON | {"feed": "infosec", "system_id": "ht-148-01", "system_level": 3}
_ALERT = _SYSTEM | {"alert_id": "cb-1", "severity": "high"}
_INCIDENT = _SYSTEM | {
    "incident_id": "sc-1",
    "severity": "high",
    "category": "malware",
    "opened_at": "2026-11-20T01:00:00Z",
}
_DUE = {"due_at": "2026-11-25T01:00:00Z"}
_PLATFORM = COMMON | {"district": "17", "feed": "platform", "platform": "lgsp", "system": "ho-tich"}
_HEALTH = COMMON | {"feed": "health", "unit_id": "tyt-148-01"}
_SCHOOL = COMMON | {"feed": "education", "school_id": "th-148-01", "level": "primary"}
_TOURISM = COMMON | {"feed": "tourism"}

SAMPLES: dict[tuple[str, str], dict[str, Any]] = {
    ("infosec", "heartbeat"): _SYSTEM | {"kind": "heartbeat"},
    ("infosec", "alert"): _ALERT
    | {"kind": "alert", "category": "scan", "host_token": "0123456789abcdef"},
    ("infosec", "triage"): _ALERT
    | {"kind": "triage", "verdict": "confirmed", "alerted_at": "2026-11-20T02:30:00Z"},
    ("infosec", "incident_opened"): _INCIDENT | _DUE | {"kind": "incident_opened"},
    ("infosec", "incident_contained"): _INCIDENT | {"kind": "incident_contained"},
    ("infosec", "incident_reported"): _INCIDENT | _DUE | {"kind": "incident_reported"},
    ("infosec", "incident_resolved"): _INCIDENT | {"kind": "incident_resolved"},
    ("tourism", "arrival"): _TOURISM
    | {"kind": "arrival", "site_id": "ban-lac", "domestic": 70, "foreign": 30},
    ("tourism", "stay"): _TOURISM
    | {
        "kind": "stay",
        "lodging_id": "lt-156-001",
        "rooms_available": 20,
        "rooms_occupied": 9,
        "guests": 16,
        "nights": 21,
    },
    ("tourism", "revenue"): _TOURISM
    | {"kind": "revenue", "business_id": "lt-156-001", "amount_vnd": 5_400_000},
    ("tourism", "complaint"): _TOURISM | {"kind": "complaint", "subject": "price"},
    ("education", "report"): _SCHOOL
    | {"kind": "report", "enrolled": 400, "present": 390, "excused": 8},
    ("education", "lessons"): _SCHOOL | {"kind": "lessons", "lessons": 6},
    ("education", "usage"): _SCHOOL | {"kind": "usage", "platform": "learning", "logins": 90},
    ("education", "incident"): _SCHOOL
    | {"kind": "incident", "category": "health", "affected": None},
    ("platform", "call"): _PLATFORM
    | {"kind": "call", "direction": "outbound", "status": "ok", "latency_ms": 180, "bytes": 2_048},
    ("platform", "connection"): _PLATFORM | {"kind": "connection", "state": "connected"},
    ("report", "figure"): COMMON
    | {
        "feed": "report",
        "kind": "figure",
        "code": "budget_revenue",
        "unit": "billion_vnd",
        "level": "province",
        "agency": "so-tai-chinh",
        "period": "2026-10",
        "value": 4_800.5,
        "plan": 7_146.0,
        "as_of": "2026-10-31",
        "vintage": 2,
    },
    ("health", "records"): _HEALTH | {"kind": "records", "created": 3, "records_total": 4_100},
    ("health", "vaccinations"): _HEALTH
    | {"kind": "vaccinations", "vaccine": "expanded_programme", "doses": 12},
    ("health", "cases"): _HEALTH | {"kind": "cases", "disease": "influenza", "new_cases": 2},
}
