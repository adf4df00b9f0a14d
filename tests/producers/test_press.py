"""Simulated articles: how many, how they sound, and stories that many outlets take up."""

from collections import Counter

import pytest

from contracts.messages import parse_iso
from producers.press import PressSimulator
from producers.simulator import Planned, World
from tests.producers.conftest import drawn, local_ms


@pytest.fixture(scope="module")
def month(world: World) -> list[Planned]:
    """Four weeks from Monday 19 October 2026."""
    return drawn(PressSimulator(world), local_ms(2026, 10, 19), local_ms(2026, 11, 16))


def test_magnitudes(month: list[Planned]) -> None:
    # 250 a day, and some 14 stories of about 40 articles
    assert len(month) == pytest.approx(28 * 250 + 14 * 40, rel=0.08)
    tone = Counter(each.event["sentiment"] for each in month)
    assert tone["negative"] / len(month) == pytest.approx(0.19, abs=0.05)
    assert tone["positive"] / len(month) == pytest.approx(0.33, abs=0.04)
    assert len({each.event["outlet"] for each in month}) == 40


def test_the_score_agrees_with_the_tone(month: list[Planned]) -> None:
    bounds = {"positive": (0.25, 0.95), "neutral": (-0.2, 0.2), "negative": (-0.95, -0.25)}
    for each in month:
        low, high = bounds[each.event["sentiment"]]
        assert low <= each.event["score"] <= high


def test_a_story_breaks_about_every_other_day(month: list[Planned]) -> None:
    hours: Counter[tuple[str, str]] = Counter()
    for each in month:
        hours[each.event["district"], each.event["occurred_at"][:13]] += 1
    # the busiest district sees some 4 articles in a busy hour
    stories = [hour for hour, count in hours.items() if count >= 15]
    assert 7 <= len(stories) <= 21


def test_a_copy_names_an_article_of_the_same_district(month: list[Planned]) -> None:
    district_of = {each.event["article_id"]: each.event["district"] for each in month}
    assert len(district_of) == len(month)
    copies = [each.event for each in month if each.event["duplicate_of"]]
    assert copies
    assert all(district_of[copy["duplicate_of"]] == copy["district"] for copy in copies)


def test_an_article_is_found_within_half_an_hour(month: list[Planned]) -> None:
    for each in month:
        found = parse_iso(each.event["occurred_at"])
        assert 60_000 <= found - parse_iso(each.event["published_at"]) <= 1_800_000
