"""Logs of all feeds, and their recount by plain loops over all earlier records.

Nothing here calls the code under test: a record carries what is true of it from the moment that it
is made, and verdicts and figures follow from the definitions in the catalog.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from hypothesis import strategies as st

from streams.kafka.batch import PartitionBatch
from streams.partition.state import Outcome
from tests.contracts.samples import SAMPLES

START_MS = 1_795_143_600_000
"""2026-11-20 03:00:00 UTC."""

Fields = Callable[[st.DrawFn, str, int, int], dict[str, Any]]
"""What differs from the sample: of a kind, an item, and when it came."""

DISTRICTS = ("148", "150")
WINDOW = 6
SEGMENT = 2
"""Records of a segment of remembered ids: the power of two that fits twice into the window."""
SKEW_MS = 60_000
DISORDER_MS = 5_000
LATENESS_MS = 3_600_000
CLOSED_KEPT_MS = 3 * LATENESS_MS
"""An opening that comes later than this, of an item of which nothing is known, opens none."""
REACH_MS = 86_400_000
RETENTION_H = 25
RULES: dict[str, Any] = {
    "duplicate_window": WINDOW,
    "clock_skew_s": 60,
    "disorder_s": 5,
    "lateness_h": 1,
    "pane_retention_h": RETENTION_H,
    "kafka_partitions": 1,
}
"""The settings that the constants above stand for."""


def accepted_events(outcome: Outcome) -> list[dict[str, Any]]:
    """The events that a batch's outcome publishes."""
    return [event for chunk in outcome.accepted for event in orjson.loads(chunk.array)]


@dataclass(frozen=True)
class Record:
    """A record of the log.

    ``fault`` is the reason for which its content is refused, if any; ``replays`` the offset that it
    says to send again, in the log's generation, which is 0.
    """

    key: bytes | None
    value: bytes | None
    published_ms: int
    at_ms: int
    fields: dict[str, Any]
    fault: str | None = None
    replays: int | None = None

    @property
    def minute(self) -> tuple[str, int]:
        return self.fields["district"], self.at_ms // 60_000


def iso(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")


def record(feed: str, kind: str, at_ms: int, published_ms: int, **fields: Any) -> Record:
    """A valid record."""
    body = SAMPLES[feed, kind] | {"occurred_at": iso(at_ms)} | fields
    key = str(body["district"]).encode()
    return Record(key, orjson.dumps(body), published_ms, at_ms, body)


def batch_of(feed: str, log: Sequence[Record], first: int, end: int) -> PartitionBatch:
    part = log[first:end]
    return PartitionBatch(
        f"ioc.events.{feed}.v1",
        0,
        list(range(first, end)),
        [each.published_ms for each in part],
        [each.key for each in part],
        [each.value for each in part],
        {n: each.replays for n, each in enumerate(part) if each.replays is not None},
    )


_SPOILT = ("cut", "two", "field", "key", "unit", "large", "empty")


def _spoilt(good: Record, how: str) -> Record:
    value = good.value or b""
    district = good.fields["district"].encode()
    if how == "empty":
        return replace(good, value=None, fault="malformed")
    if how == "key":
        return replace(good, key=b"157", fault="malformed")
    if how == "unit":
        value = value.replace(b'"district":"' + district, b'"district":"999')
        return replace(good, key=b"999", value=value, fault="unknown_unit")
    if how == "large":
        return replace(good, value=value + b" " * 70_000, fault="too_large")
    bad = {"cut": value[:-9], "two": value + b"," + value, "field": value[:-1] + b',"phone":"09"}'}
    return replace(good, value=bad[how], fault="malformed")


STEPS_MS = (0, 0, 0, 1_000, 7_000, 61_000, 1_800_000, 4_000_000, 100_000_000)
BEHIND_MS = (0, 0, 0, 0, 3_000, 5_000, 10_000, 70_000, 3_599_000, 3_600_000, 3_700_000)
AHEAD_MS = (0, 0, 0, 0, 0, 1_000, 60_000, 60_001)


def _document(draw: st.DrawFn, kind: str, item: int, came_ms: int) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "document_id": f"doc-{item}",
        "urgency": item,
        "received_at": iso(came_ms),
        "electronic": draw(st.booleans()),
    }
    if kind in ("received", "completed"):
        fields |= {"due_at": _due(draw, came_ms)}
    else:
        fields |= {"signed": draw(st.booleans())}
    if kind == "revoked":
        fields |= {"direction": draw(st.sampled_from(("incoming", "outgoing")))}
    return fields


def _dossier(draw: st.DrawFn, kind: str, item: int, came_ms: int) -> dict[str, Any]:
    level = ("province", "commune")[item // 2]
    fields: dict[str, Any] = {
        "dossier_id": f"ds-{item}",
        "level": level,
        "received_at": iso(came_ms),
    }
    if kind in ("received", "resolved", "supplement_requested"):
        fields |= {"due_at": _due(draw, came_ms)}
    return fields


def _due(draw: st.DrawFn, came_ms: int) -> str:
    return iso(came_ms + draw(st.sampled_from((60_000, 90_000_000))))


def _passage(draw: st.DrawFn, kind: str, item: int, came_ms: int) -> dict[str, Any]:
    """Of cameras 01 and 07, of which the second district has the first only."""
    fields: dict[str, Any] = {"camera_id": f"cam-{DISTRICTS[item % 2]}-0{1 + item // 2 * 6}"}
    if kind == "detection":
        fields |= {
            "speed_kmh": draw(st.sampled_from((0.0, 41.7, 61.25, 250.0))),
            "vehicle_class": draw(st.sampled_from(("car", "bus", "truck"))),
            "violation": draw(st.sampled_from((None, "speeding"))),
        }
    elif kind == "review":
        fields |= {"review": draw(st.sampled_from(("confirmed", "rejected")))}
        fields |= {"detected_at": draw(st.sampled_from((None, iso(came_ms))))}
        fields |= {"detection_id": str(UUID(int=1000 + item + draw(st.sampled_from((0, 10)))))}
    return fields


def _article(draw: st.DrawFn, _kind: str, item: int, _came_ms: int) -> dict[str, Any]:
    return {
        "outlet": f"bao-{item}",
        "score": draw(st.sampled_from((-1.0, -0.333, 0.0, 0.5))),
        "sentiment": draw(st.sampled_from(("negative", "neutral"))),
    }


def _of_sample(feed: str) -> Fields:
    """Of a feed that has no log of its own here: which item it is, when it came, when it is due."""

    def fields(draw: st.DrawFn, kind: str, item: int, came_ms: int) -> dict[str, Any]:
        names = SAMPLES[feed, kind].keys() - {"event_id"}
        found: dict[str, Any] = {name: f"i-{item}" for name in names if name.endswith("_id")}
        if "received_at" in names:
            found["received_at"] = iso(came_ms)
        if "due_at" in names:
            found["due_at"] = _due(draw, came_ms)
        return found

    return fields


_FIELDS: dict[str, Fields] = {
    "eoffice": _document,
    "dossier": _dossier,
    "traffic": _passage,
    "press": _article,
}


def _one(draw: st.DrawFn, feed: str, number: int, now_ms: int, came: dict[int, int]) -> Record:
    """A new record; ``came`` keeps when each item came in."""
    at_ms = now_ms - draw(st.sampled_from(BEHIND_MS)) + draw(st.sampled_from(AHEAD_MS))
    made = valid_record(draw, feed, number, at_ms, came, now_ms)
    how = draw(st.sampled_from((*["good"] * 55, *_SPOILT)))
    return made if how == "good" else _spoilt(made, how)


def valid_record(
    draw: st.DrawFn, feed: str, number: int, at_ms: int, came: dict[int, int], now_ms: int
) -> Record:
    """A record that is good, of an event at ``at_ms``, published at ``now_ms``."""
    item = draw(st.integers(0, 3))
    came_ms = came.setdefault(item, at_ms - draw(st.sampled_from((0, 30_000, REACH_MS))))
    kind = draw(st.sampled_from([kind for name, kind in SAMPLES if name == feed]))
    fields = _FIELDS.get(feed, _of_sample(feed))(draw, kind, item, came_ms)
    fields |= {"event_id": str(UUID(int=number + 1)), "district": DISTRICTS[item % 2]}
    return record(feed, kind, at_ms, now_ms, **fields)


@st.composite
def logs(draw: st.DrawFn, feed: str, longest: int = 22) -> list[Record]:
    """A log in which time runs on, with jumps of a day, and every sort of record occurs."""
    log: list[Record] = []
    came: dict[int, int] = {}
    now_ms = START_MS
    for number in range(draw(st.integers(1, longest))):
        now_ms += draw(st.sampled_from(STEPS_MS))
        if log and draw(st.integers(0, 3)) == 0:  # sent again, as it was, but published now
            earlier = draw(st.integers(max(0, len(log) - 3 * WINDOW), len(log) - 1))
            named = draw(
                st.sampled_from((None, earlier, earlier, earlier + 1, -1, 2**40 + earlier))
            )
            log.append(replace(log[earlier], published_ms=now_ms, replays=named))
        else:
            log.append(_one(draw, feed, number, now_ms, came))
    return log


def verdicts_of(log: Sequence[Record]) -> tuple[list[str], set[int], set[int]]:
    """The verdict on each record; the offsets of those that came late, and too late for panes."""
    verdicts: list[str] = []
    late: set[int] = set()
    beyond: set[int] = set()
    for offset, each in enumerate(log):
        newest_ms = max(
            (
                log[n].at_ms
                for n in range(offset)
                if verdicts[n] == "accepted"
                and log[n].fields["district"] == each.fields["district"]
            ),
            default=0,
        )
        if each.fault:
            verdicts.append(each.fault)
        elif each.at_ms > each.published_ms + SKEW_MS:
            verdicts.append("too_far_ahead")
        elif _came_last(log, verdicts, offset) not in (None, each.replays):
            verdicts.append("duplicate")
        else:
            verdicts.append("accepted")
            if each.at_ms < newest_ms - DISORDER_MS:
                late.add(offset)
            if each.at_ms < newest_ms - LATENESS_MS:
                beyond.add(offset)
    return verdicts, late, beyond


def _came_last(log: Sequence[Record], verdicts: Sequence[str], offset: int) -> int | None:
    """Where the event stood last, refused for no fault of its content.

    That is within the window, or in a segment of the log that ended before the one of this offset,
    and whose newest event lies no more than the lateness behind the newest one at that end.
    """
    passed = [n for n in range(offset) if verdicts[n] in ("accepted", "duplicate")]
    newest_ms = _newest_before(log, passed, offset - offset % SEGMENT)
    places = [
        n
        for n in passed
        if log[n].fields["event_id"] == log[offset].fields["event_id"]
        and (
            n >= offset - WINDOW
            or _newest_before(log, passed, n - n % SEGMENT + SEGMENT) >= newest_ms - LATENESS_MS
        )
    ]
    return places[-1] if places else None


def _newest_before(log: Sequence[Record], passed: Sequence[int], end: int) -> int:
    return max((log[n].at_ms for n in passed if n < end), default=0)


Counts = dict[tuple[str, int], Counter[str]]
"""(District, minute) -> part, or ``part[bin]``, -> count; without what is 0."""


def recount(feed: str, log: Sequence[Record]) -> Counts:
    verdicts, late, beyond = verdicts_of(log)
    panes: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    retractions: dict[str, list[Record]] = defaultdict(list)
    for offset, each in enumerate(log):
        if verdicts[offset] == "accepted" and offset not in beyond:
            pane = panes[each.minute]
            pane["events"] += 1
            pane["late"] += offset in late
            if item := retracted(each):
                retractions[item].append(each)
            _COUNTS[feed](each, pane)
    for found in retractions.values():
        _take_back(min(found, key=lambda each: (each.at_ms, each.fields["event_id"])), panes)
    return {
        key: kept
        for key, pane in panes.items()
        if (kept := Counter({k: n for k, n in pane.items() if n}))
    }


def _ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def retracted(each: Record) -> str | None:
    """The item that a record takes back, if it does so within a day of what it takes back."""
    fields = each.fields
    if fields["kind"] == "revoked":
        item, then = fields["document_id"], fields["received_at"]
    elif fields.get("review") == "rejected":
        item, then = fields["detection_id"], fields.get("detected_at")
    else:
        return None
    if then is None or not _ms(then) <= each.at_ms <= _ms(then) + REACH_MS:
        return None
    return str(item)


def _take_back(each: Record, panes: Counts) -> None:
    fields = each.fields
    if fields["kind"] == "revoked":
        _registered(fields, panes[fields["district"], _ms(fields["received_at"]) // 60_000], -1)
    else:
        panes[fields["district"], _ms(fields["detected_at"]) // 60_000]["suspected"] -= 1


def _registered(fields: dict[str, Any], pane: Counter[str], sign: int) -> None:
    pane["registered"] += sign
    pane["registered_electronic"] += sign * fields["electronic"]
    if fields["direction"] == "incoming":
        pane["received"] += sign
    else:
        pane["issued"] += sign
        pane["issued_signed"] += sign * fields["signed"]


def _documents(each: Record, pane: Counter[str]) -> None:
    fields, kind = each.fields, each.fields["kind"]
    if kind == "completed":
        spent_s = max(0, each.at_ms - _ms(fields["received_at"])) // 1000
        pane["completed"] += 1
        pane["completed_on_time"] += each.at_ms <= _ms(fields["due_at"])
        pane["completed_seconds"] += spent_s
        pane[f"completed_hours[{spent_s // 3600}]"] += 1
        return
    if kind != "revoked":
        _registered(fields, pane, 1)


def _dossiers(each: Record, pane: Counter[str]) -> None:
    fields, kind = each.fields, each.fields["kind"]
    at_province = fields["level"] == "province"
    if kind == "received":
        pane.update({"received": 1, "received_online": 1})  # the sample's channel is 2
        pane["received_at_province"] += at_province
        pane["received_online_at_province"] += at_province
    elif kind == "resolved":
        spent_s = max(0, each.at_ms - _ms(fields["received_at"])) // 1000
        pane.update({"resolved": 1, "resolved_digitised": 1, "rated": 1, "satisfied": 1})
        pane["rating_sum"] += 5  # as in the sample
        pane["resolved_at_province"] += at_province
        pane["resolved_on_time"] += each.at_ms <= _ms(fields["due_at"])
        pane["resolved_seconds"] += spent_s
        pane[f"resolved_half_days[{spent_s // 43_200}]"] += 1
    elif kind == "paid":
        pane.update({"paid": 1, "paid_online": 1, "paid_online_at_province": at_province})


def _vehicles(each: Record, pane: Counter[str]) -> None:
    fields = each.fields
    if fields["kind"] == "detection":
        tenths = {0.0: 0, 41.7: 417, 61.25: 612, 250.0: 2_500}[fields["speed_kmh"]]
        pane["detections"] += 1
        pane["suspected"] += fields["violation"] is not None
        pane["heavy"] += fields["vehicle_class"] != "car"
        pane["speed_deci_kmh"] += tenths
        pane[f"speed_kmh[{tenths // 10}]"] += 1
    elif fields["kind"] == "review":
        pane["reviews"] += 1
        pane[fields["review"]] += 1


def _articles(each: Record, pane: Counter[str]) -> None:
    pane["articles"] += 1
    pane["negative"] += each.fields["sentiment"] == "negative"
    pane["score_milli"] += {-1.0: -1000, -0.333: -333, 0.0: 0, 0.5: 500}[each.fields["score"]]
    pane[f"outlets[{each.fields['outlet']}]"] = 1


_COUNTS = {
    "eoffice": _documents,
    "dossier": _dossiers,
    "traffic": _vehicles,
    "press": _articles,
}


def open_items(feed: str, accepted: Iterable[Record], watermark_ms: int) -> Counts:
    """District -> open, overdue and overdue by urgency; districts with nothing open are absent."""
    item = {"eoffice": "document_id", "dossier": "dossier_id"}[feed]
    closing = {"eoffice": ("completed", "revoked"), "dossier": ("resolved", "returned")}[feed]
    lives: dict[str, list[Record]] = defaultdict(list)
    seen_ms: dict[str, int] = {}
    known: set[str] = set()  # whose opening or closing is remembered
    newest_ms = 0
    for each in accepted:
        kind, oldest_ms = each.fields["kind"], newest_ms - CLOSED_KEPT_MS
        newest_ms = max(newest_ms, each.at_ms)
        if kind not in ("received", *closing) and "due_at" not in each.fields:
            continue
        id_ = each.fields[item]
        if seen_ms.get(id_, 0) < oldest_ms and not _is_open(lives[id_], closing):
            known.discard(id_)
        tells = kind in ("received", *closing)
        if tells and each.at_ms < oldest_ms and id_ not in known:
            continue
        lives[id_].append(each)
        seen_ms[id_] = max(newest_ms, seen_ms.get(id_, 0))
        if tells:
            known.add(id_)
    gauges: Counts = defaultdict(Counter)
    for life in lives.values():
        if not _is_open(life, closing):
            continue
        _, due_ms = max((e.at_ms, _ms(e.fields["due_at"])) for e in life if "due_at" in e.fields)
        gauge = gauges[life[0].fields["district"], 0]
        gauge["open"] += 1
        if due_ms < watermark_ms:
            gauge["overdue"] += 1
            if feed == "eoffice":
                gauge[f"overdue_{life[0].fields['urgency']}"] += 1
    return dict(gauges)


def _is_open(life: Iterable[Record], closing: tuple[str, ...]) -> bool:
    opened = max((each.at_ms for each in life if each.fields["kind"] == "received"), default=-1)
    return opened > max((e.at_ms for e in life if e.fields["kind"] in closing), default=-1)


def hours(accepted: Iterable[Record], newest_ms: int) -> Counts:
    """District -> ``hours[hour]``, as far back as a fortnight and a day."""
    gauges: Counts = defaultdict(Counter)
    first = (newest_ms - 15 * 86_400_000) // 3_600_000
    for each in accepted:
        if each.at_ms // 3_600_000 >= first:
            gauges[each.fields["district"], 0][f"hours[{each.at_ms // 3_600_000}]"] += 1
    return dict(gauges)


def cameras(accepted: Iterable[Record], watermark_ms: int, known: dict[str, set[str]]) -> Counts:
    """District -> how many of its known cameras were heard within 90 s; those with none absent."""
    heard = {
        (each.fields["district"], each.fields["camera_id"])
        for each in accepted
        if each.at_ms >= watermark_ms - 90_000
    }
    gauges: Counts = defaultdict(Counter)
    for district, camera in heard:
        if camera in known[district]:
            gauges[district, 0]["online"] += 1
    return dict(gauges)
