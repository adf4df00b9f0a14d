"""Tourism: bounds, panes and figures by hand, and a year of 2023's magnitudes."""

from collections import Counter
from datetime import date, timedelta

import pytest

from contracts.indicators.formulas import Figure
from producers.simulator import Planned, World
from producers.tourism import TourismSimulator, day_share
from tests.feeds.contract import Bounds, refusals
from tests.feeds.meaning import Meaning, Told
from tests.producers.conftest import drawn, local_ms

BOUNDS: list[Bounds] = [
    ("arrival", "domestic", [0, 200_000], [-1, 200_001, 1.5]),
    ("arrival", "foreign", [0], [-1, None]),
    ("stay", "rooms_available", [1, 5_000], [0, 5_001]),
    ("stay", "rooms_occupied", [0], [-1]),
    ("stay", "nights", [0], [-1]),
    ("revenue", "amount_vnd", [0, 10**12], [-1, 10**12 + 1]),
    ("complaint", "subject", ["safety"], ["food", ""]),
]


@pytest.mark.parametrize("bounds", BOUNDS, ids=lambda bounds: f"{bounds[0]}.{bounds[1]}")
def test_bounds(bounds: Bounds) -> None:
    assert refusals("tourism", bounds) == []


def test_panes_and_figures(meaning: Meaning) -> None:
    told = [
        Told("arrival", "03:00:00", {"domestic": 70, "foreign": 30}),
        Told("arrival", "03:00:01", {"domestic": 300, "foreign": 0}),
        Told("stay", "03:00:02", {"rooms_available": 20, "rooms_occupied": 9}),
        Told("stay", "03:00:03", {"rooms_available": 30, "rooms_occupied": 30, "guests": 0,
                                  "nights": 0}),
        Told("revenue", "03:00:04", {"amount_vnd": 1_500_000_000}),
        Told("revenue", "03:00:05", {"amount_vnd": 250_000_000}),
        Told("complaint", "03:00:06"),
        Told("arrival", "03:00:07", {"domestic": 5, "foreign": 10, "district": "156"}),
    ]  # fmt: skip
    found = meaning.agree(
        "tourism",
        told,
        {
            ("148", "03:00"): {
                "arrivals": 400,
                "foreign": 30,
                "rooms_available": 50,
                "rooms_occupied": 39,
                "guests": 16,
                "nights": 21,
                "revenue_vnd": 1_750_000_000,
                "complaints": 1,
            },
            ("156", "03:00"): {"arrivals": 15, "foreign": 10},
        },
    )
    assert found["arrivals"] == Figure(415, 415)
    assert found["foreign_share"].value == pytest.approx(40 / 415)
    assert found["occupancy"].value == pytest.approx(0.78)
    assert found["nights_per_guest"].value == pytest.approx(21 / 16)
    assert found["revenue"].value == pytest.approx(1.75)  # billion VND
    assert found["complaints"].value == 1


YEAR = [date(2023, 1, 1) + timedelta(days=day) for day in range(365)]


def test_the_days_of_a_year_make_up_the_year_and_peak_when_people_travel() -> None:
    assert sum(map(day_share, YEAR)) == pytest.approx(1.0)
    plain = sum(map(day_share, YEAR[90:120:7])) / 5  # Saturdays of spring
    assert day_share(date(2023, 9, 2)) > 2.2 * day_share(date(2023, 9, 13))  # a Wednesday
    assert day_share(date(2023, 1, 22)) > 2 * day_share(date(2023, 1, 11))  # Tết
    assert day_share(date(2023, 1, 31)) > 1.5 * day_share(date(2023, 1, 10))  # after it
    assert plain > 2 * day_share(date(2023, 4, 12))


@pytest.fixture(scope="module")
def year(province: World) -> list[Planned]:
    """2023 with a tenth of the lodgings, which must not change the totals."""
    simulator = TourismSimulator(province, lodgings=50)
    return drawn(simulator, local_ms(2023, 1, 1), local_ms(2024, 1, 1))


def test_a_year_has_the_published_magnitudes(year: list[Planned]) -> None:
    """Within 2 %: 3.95 million arrivals, 0.45 million foreign, 4,020 billion VND."""
    sums: Counter[str] = Counter()
    for each in year:
        for name in ("domestic", "foreign", "amount_vnd", "rooms_available", "rooms_occupied"):
            sums[name] += each.event.get(name, 0)
    assert sums["domestic"] + sums["foreign"] == pytest.approx(3_950_000, rel=0.02)
    assert sums["foreign"] == pytest.approx(450_000, rel=0.02)
    assert sums["amount_vnd"] == pytest.approx(4_020_000_000_000, rel=0.02)
    assert sums["rooms_occupied"] / sums["rooms_available"] == pytest.approx(0.42, abs=0.06)


def test_some_500_lodgings_report_every_day(province: World) -> None:
    day = drawn(TourismSimulator(province), local_ms(2026, 11, 3), local_ms(2026, 11, 4))
    stays = [each.event for each in day if each.event["kind"] == "stay"]
    assert len({stay["lodging_id"] for stay in stays}) == len(stays) == 500
    assert all(stay["rooms_occupied"] <= stay["rooms_available"] for stay in stays)
    assert all(stay["guests"] <= stay["nights"] for stay in stays)
    assert sum(each.event["kind"] == "arrival" for each in day) == 20 * 4
