"""Figures of a past that is archived as a whole, worked out by hand."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from contracts.feeds.dossier import DOSSIER
from contracts.messages import IndicatorRow
from contracts.reference.province import Reference, load_reference
from contracts.settings import Settings
from streams.figures.past import HOUR_MS, MINUTE_MS, Past, PastEvent, PastPane
from streams.figures.rows import Made
from tests.contracts.samples import SAMPLES

BEGIN = "2023-10-02T01:05:00.000Z"
MADE = Made(1_795_143_600_000, 14)


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_reference(Settings(_env_file=None))


def dossier(number: int, kind: str, at: str, district: str, due: str) -> PastEvent:
    fields: dict[str, Any] = {
        **SAMPLES["dossier", kind],
        "dossier_id": f"ds-{number}",
        "district": district,
        "occurred_at": at,
        "received_at": BEGIN,
        "due_at": due,
    }
    return PastEvent(ms(at), DOSSIER.form.formed(fields))  # type: ignore[arg-type]


DUE = "2023-10-02T03:30:00.000Z"
EVENTS = [
    dossier(1, "received", BEGIN, "150", DUE),  # the last that is heard from this district
    dossier(2, "received", "2023-10-02T01:59:59.999Z", "148", DUE),
    dossier(2, "resolved", "2023-10-02T02:00:00.000Z", "148", DUE),
    dossier(3, "received", "2023-10-02T04:10:30.000Z", "148", "2023-10-03T03:30:00.000Z"),
]


def panes() -> Iterator[PastPane]:
    counts: dict[tuple[int, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for at_ms, event in EVENTS:
        counts[at_ms // MINUTE_MS, event["district"]][event["kind"]] += 1
    for (minute, district), parts in sorted(counts.items()):
        yield PastPane(minute, district, dict(parts))


def told(reference: Reference) -> list[list[IndicatorRow]]:
    past = Past(DOSSIER, reference, 86_400.0, MADE)
    return list(past.figures(panes(), iter(EVENTS), EVENTS[-1].at_ms))


def values(
    pages: list[list[IndicatorRow]], name: str, unit: str, horizon_s: int
) -> dict[str, float | None]:
    """Figures by the end of their window, from its last row; each is valid until the next."""
    found: dict[str, float | None] = {}
    for page in pages:
        end = page[0]["window_end"][11:16]
        found[end] = next(reversed(found.values())) if found else None
        for row in page:
            if (row["indicator"], row["district"], row["horizon_s"]) == (
                f"dossier.{name}",
                unit,
                horizon_s,
            ):
                found[end] = row["value"]
    return found


def test_figures_are_told_of_each_full_hour_and_of_the_newest_event(reference: Reference) -> None:
    pages = told(reference)
    assert [page[0]["window_end"][11:16] for page in pages] == ["02:00", "03:00", "04:00", "04:11"]
    assert {row["as_of"] for row in pages[-1]} == {"2023-10-02T04:10:30.000Z"}
    assert {row["as_of"] for row in pages[0]} == {"2023-10-02T02:00:00.000Z"}
    hour = values(pages, "received", "17", 3_600)
    assert hour == {"02:00": 2, "03:00": 0, "04:00": 0, "04:11": 1}
    assert values(pages, "received", "17", 86_400)["04:11"] == 3
    assert values(pages, "resolved", "148", 3_600)["03:00"] == 1
    assert values(pages, "received", "148", 300)["02:00"] == 1


def test_a_unit_whose_records_end_first_is_told_to_the_end(reference: Reference) -> None:
    """Its open dossier becomes overdue although nothing is heard from there any more."""
    pages = told(reference)
    nothing_more = {"02:00": 0, "03:00": 0, "04:00": 1, "04:11": 1}
    assert values(pages, "overdue", "150", 0) == nothing_more
    assert values(pages, "overdue", "17", 0) == nothing_more
    assert values(pages, "open", "17", 0) == {"02:00": 2, "03:00": 1, "04:00": 1, "04:11": 2}
    assert values(pages, "open", "148", 0) == {"02:00": 1, "03:00": 0, "04:00": 0, "04:11": 1}


def test_every_unit_has_every_figure_at_first_and_last_and_once_a_day(reference: Reference) -> None:
    pages = told(reference)
    past = Past(DOSSIER, reference, 86_400.0, MADE)
    assert len(pages[0]) == len(pages[-1]) == past.figures_at_once
    assert all(len(page) < 40 for page in pages[1:-1])
    units = {row["district"] for row in pages[-1]}
    assert units == reference.units.codes | {reference.units.province.code}
    keys = [
        (row["indicator"], row["district"], row["horizon_s"], row["window_end"])
        for page in pages
        for row in page
    ]
    assert len(keys) == len(set(keys))
    assert {row["version"] for page in pages[:-1] for row in page} == {MADE.upto}
    assert {row["version"] for row in pages[-1]} == {MADE.upto + 1}


def test_what_the_province_itself_tells_is_in_its_figure_and_in_no_other(
    reference: Reference,
) -> None:
    own = dossier(4, "received", "2023-10-02T01:30:00.000Z", reference.units.province.code, DUE)
    events = sorted([*EVENTS, own], key=lambda event: event.at_ms)
    minute = PastPane(own.at_ms // MINUTE_MS, reference.units.province.code, {"received": 1})
    held = sorted([*panes(), minute])
    past = Past(DOSSIER, reference, 86_400.0, MADE)
    pages = list(past.figures(iter(held), iter(events), events[-1].at_ms))
    assert len(pages[0]) == len(pages[-1]) == past.figures_at_once
    assert values(pages, "received", "17", 86_400)["04:11"] == 4
    assert values(pages, "open", "17", 0)["04:11"] == 3
    assert values(pages, "received", "148", 86_400)["04:11"] == 2


def test_the_same_past_gives_the_same_rows(reference: Reference) -> None:
    assert told(reference) == told(reference)


def test_a_day_tells_each_figure_though_nothing_has_changed(reference: Reference) -> None:
    later = [EVENTS[0], dossier(9, "received", "2023-10-05T01:05:00.000Z", "150", DUE)]
    past = Past(DOSSIER, reference, 86_400.0, MADE)
    pages = list(past.figures(panes(), iter(later), later[-1].at_ms))
    whole = [page[0]["window_end"] for page in pages if len(page) == past.figures_at_once]
    assert [end[:13] for end in whole] == [
        "2023-10-02T02",
        "2023-10-03T01",
        "2023-10-04T01",
        "2023-10-05T01",
        "2023-10-05T01",
    ]


def test_no_events_have_no_figures(reference: Reference) -> None:
    assert list(Past(DOSSIER, reference, 86_400.0, MADE).figures([], [], 0)) == []


def test_a_past_of_years_is_read_no_further_than_it_is_told(reference: Reference) -> None:
    """A page for each hour is made on demand, so memory does not grow with the years."""
    years = [dossier(1, "received", BEGIN, "150", DUE)]
    read: list[int] = []

    def events() -> Iterator[PastEvent]:
        for day in range(1_000):
            read.append(day)
            yield PastEvent(years[0].at_ms + day * 24 * HOUR_MS, years[0].event)

    pages = Past(DOSSIER, reference, 86_400.0, MADE).figures([], events(), ms("2026-06-01T00:00Z"))
    for _ in range(26):
        next(pages)
    assert len(read) == 3  # the first two days, and the one that is waited for
