"""The timeline: its order, resumption at any point, and its beginning."""

from pathlib import Path

import orjson
import pytest

from contracts.messages import parse_iso
from producers import checkpoint
from producers.checkpoint import Checkpoint
from producers.faults import Faults, Message
from producers.identity import Namer
from producers.registry import SIMULATORS, simulator_of
from producers.simulator import Pace, World
from producers.timeline import Span, Timeline, history_s, pace_of, span_of
from tests.producers.conftest import local_ms, span_ms

FEED_NAMES = sorted(SIMULATORS)
HOUR_MS = 3_600_000
NOW = local_ms(2026, 11, 4, 10)


def timeline(
    feed: str, world: World, span: Span, pace: Pace | None = None, share: float = 0.02
) -> Timeline:
    faults = Faults(share, world.units, Namer(world.seed, feed))
    return Timeline(simulator_of(feed, world), pace or Pace(), faults, span)


def before_now(feed: str, world: World) -> int:
    return NOW - span_ms(simulator_of(feed, world), 3_000)


@pytest.mark.parametrize("feed", FEED_NAMES)
def test_messages_come_in_order_and_only_when_due(feed: str, world: World) -> None:
    start = before_now(feed, world)
    messages = list(timeline(feed, world, Span(start, start)).take(NOW))
    assert len(messages) > 200
    assert messages == sorted(messages)
    assert start <= messages[0].publish_ms
    assert messages[-1].publish_ms < NOW


@pytest.mark.parametrize("feed", FEED_NAMES)
def test_resumed_anywhere_it_goes_on_as_if_never_stopped(feed: str, world: World) -> None:
    start = before_now(feed, world)
    whole = list(timeline(feed, world, Span(start, start)).take(NOW))
    for share in (0.1, 0.5, 0.93):
        resume_ms = start + round((NOW - start) * share) + 137
        rest = list(timeline(feed, world, Span(start, resume_ms)).take(NOW))
        assert rest == [message for message in whole if message.publish_ms >= resume_ms]


def test_small_steps_give_the_same_as_one(world: World) -> None:
    start = NOW - HOUR_MS // 4
    whole = list(timeline("traffic", world, Span(start, start)).take(NOW))
    stepwise = timeline("traffic", world, Span(start, start))
    messages: list[Message] = []
    for until in range(start, NOW + 1, 50):
        messages += stepwise.take(until)
    assert messages == whole


def test_on_a_first_run_nothing_is_told_of_items_born_before(world: World) -> None:
    start = NOW - 24 * HOUR_MS
    messages = list(timeline("dossier", world, Span(start, start), share=0.0).take(NOW))
    births = {message.value[message.value.index(b'"received_at":"') :][:40] for message in messages}
    oldest = min(births)
    assert oldest >= b'"received_at":"2026-11-03T03:00:00.000Z"'


@pytest.mark.parametrize("feed", FEED_NAMES)
def test_the_default_history_is_told_in_order_of_time(feed: str, world: World) -> None:
    """The workers refuse what lies a day behind: nothing may lie further than the latest delay."""
    simulator = simulator_of(feed, world)
    start = NOW - round(simulator.history_h * HOUR_MS)
    newest, count = 0, 0
    for message in timeline(feed, world, Span(start, start), share=0.0).take(NOW):
        occurred = parse_iso(orjson.loads(message.value)["occurred_at"])
        assert newest - 1_200_000 < occurred < NOW
        if not newest:
            assert occurred < start + max(12 * HOUR_MS, span_ms(simulator, 50))
        newest, count = max(newest, occurred), count + 1
    per_s = simulator.natural_rate + simulator.fixed_rate
    assert 0.3 * per_s * simulator.history_h * 3600 < count < 40_000


def test_a_history_starts_with_the_default_the_setting_or_20_000_events(world: World) -> None:
    dossier = simulator_of("dossier", world)
    assert history_s(dossier, None, None) == 10 * 86_400
    assert history_s(dossier, None, 6) == 6 * 3600
    assert history_s(dossier, 5_000, None) == 4
    assert history_s(dossier, 0.01, 6) == 6 * 3600


def test_a_rate_gives_its_scale(world: World) -> None:
    press = simulator_of("press", world)  # 250 articles a day
    assert pace_of(press, None) == Pace(1.0, flat=False)
    pace = pace_of(press, 25)
    assert pace.flat
    assert pace.scale == pytest.approx(25 / (250 / 86_400))


@pytest.mark.parametrize(
    ("saved", "span"),
    [
        (None, Span(9_000, 9_000)),  # a first run: the history, 1,000 ms
        (Checkpoint("a", 4_000, 9_500), Span(4_000, 9_500)),  # resumed
        (Checkpoint("a", 4_000, 5_000), Span(4_000, 9_000)),  # down for longer than the history
        (Checkpoint("b", 4_000, 9_500), Span(9_500, 9_500)),  # another seed or rate
        (Checkpoint("a", 4_000, 12_000), Span(4_000, 10_000)),  # the clock was set back
    ],
)
def test_where_a_run_begins(saved: Checkpoint | None, span: Span) -> None:
    assert span_of("a", saved, now_ms=10_000, history_ms=1_000) == span


def test_a_hurried_life_keeps_its_order_and_leaves_as_many_open(world: World) -> None:
    simulator = simulator_of("dossier", world)
    pace = pace_of(simulator, 500)
    start_s = NOW // 1000
    events = [each for slot in range(10) for each in simulator.events(start_s + slot, pace)]
    last = max(each.publish_ms for each in events)
    assert last - NOW < 10_000 + 1_200_000 + simulator.life_s * 1000 / pace.haste


def test_a_checkpoint_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "producers" / "press.json"
    assert checkpoint.load(path) is None
    for published_ms in (5, 6):
        checkpoint.save(path, Checkpoint("seed 17, rate None", 1, published_ms))
    assert checkpoint.load(path) == Checkpoint("seed 17, rate None", 1, 6)
    assert [each.name for each in path.parent.iterdir()] == ["press.json"]


@pytest.mark.parametrize("content", [b"", b"{", b'{"plan":1}', b"\xff"])
def test_a_broken_checkpoint_is_left_aside(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "press.json"
    path.write_bytes(content)
    assert checkpoint.load(path) is None
