"""Draws: their means, and that the text alone decides them."""

import hmac
from random import Random
from uuid import uuid5

import pytest

from producers.drawing import Weighted, delay_ms, generator, poisson
from producers.identity import Namer


@pytest.mark.parametrize("mean", [0.01, 0.5, 3.0, 29.0, 31.0, 400.0])
def test_poisson_has_its_mean_and_variance(mean: float) -> None:
    rng = Random(5)
    counts = [poisson(rng, mean) for _ in range(20_000)]
    average = sum(counts) / len(counts)
    variance = sum((count - average) ** 2 for count in counts) / len(counts)
    assert average == pytest.approx(mean, abs=5 * (mean / 20_000) ** 0.5)
    assert variance == pytest.approx(mean, rel=0.12)


def test_weights() -> None:
    rng = Random(5)
    choice = Weighted.of({"a": 6, "b": 3, "c": 1})
    drawn = [choice.draw(rng) for _ in range(10_000)]
    assert drawn.count("a") == pytest.approx(6_000, abs=250)
    assert drawn.count("b") == pytest.approx(3_000, abs=250)
    assert drawn.count("c") == pytest.approx(1_000, abs=250)


def test_most_events_are_prompt_a_few_slow_fewer_late() -> None:
    rng = Random(5)
    delays = [delay_ms(rng) for _ in range(100_000)]
    prompt = sum(20 <= delay < 400 for delay in delays)
    slow = sum(1_000 <= delay < 4_000 for delay in delays)
    late = sum(10_000 <= delay < 1_200_000 for delay in delays)
    assert prompt + slow + late == 100_000
    assert slow == pytest.approx(3_000, abs=300)
    assert late == pytest.approx(300, abs=90)


def test_the_text_decides() -> None:
    assert generator(17, "a", 5).random() == generator(17, "a", 5).random()
    assert generator(17, "a", 5).random() != generator(17, "a", 6).random()


def test_event_ids_are_version_5_uuids() -> None:
    namer = Namer(17, "traffic")
    for number in range(200):
        assert namer.event_id(f"item {number}") == str(uuid5(namer.namespace, f"item {number}"))


def test_ids_differ_by_seed_and_feed() -> None:
    ids = {Namer(seed, feed).event_id("x") for seed in (1, 2) for feed in ("press", "traffic")}
    assert len(ids) == 4


def test_a_token_is_a_keyed_hash() -> None:
    whole = hmac.new(b"simulated-17-traffic", (9).to_bytes(8, "big"), "sha256").hexdigest()
    assert Namer(17, "traffic").token(9) == whole[:32]
