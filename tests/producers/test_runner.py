"""A whole run on the real broker: history, live, and a restart that loses nothing."""

import time
from collections import Counter
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from threading import Event, Thread

import pytest

from contracts.errors import UnknownFeedError
from contracts.registry import FEEDS, feed_named
from contracts.settings import Settings
from contracts.topics import events_topic
from producers import checkpoint
from producers.checkpoint import Checkpoint
from producers.faults import Faults, Message
from producers.identity import Namer
from producers.registry import simulator_of
from producers.runner import run
from producers.simulator import Pace, World
from producers.timeline import Span, Timeline
from tests.producers.conftest import Broker, local_ms
from tests.waiting import until

START = local_ms(2026, 11, 4, 9)
SPEED = 30
MINUTE_MS = 60_000
TOPICS = [events_topic(feed.name) for feed in FEEDS]


def fast_clock(start_ms: int) -> Callable[[], float]:
    """A clock that begins at ``start_ms`` and runs 30 times as fast as the real one."""
    began = time.monotonic()
    return lambda: start_ms / 1000 + (time.monotonic() - began) * SPEED


def run_until_live(settings: Settings, start_ms: int) -> int:
    """Run all feeds till none is behind, and 2 s more; give the simulated time then, in ms."""
    stop, clock = Event(), fast_clock(start_ms)
    thread = Thread(target=run, args=(settings, FEEDS, stop, clock))
    thread.start()
    path = settings.data_dir / "producers" / "traffic.json"

    def published_ms() -> int:
        saved = checkpoint.load(path)
        return saved.published_ms if saved else 0

    second_ms = SPEED * 1000
    until(lambda: published_ms() > clock() * 1000 - 2 * second_ms, "traffic is live")
    live_ms = published_ms()
    until(lambda: published_ms() > live_ms + 2 * second_ms, "traffic goes on")
    stop.set()
    until(lambda: not thread.is_alive(), "the producers end")
    return int(clock() * 1000)


def settings_for(broker: Broker, folder: Path, **values: object) -> Settings:
    return Settings(
        _env_file=None,
        kafka_bootstrap=broker.address,
        data_dir=folder,
        **values,  # type: ignore[arg-type]
    )


def uninterrupted(feed: str, world: World, origin_ms: int, until_ms: int) -> list[Message]:
    """The messages that one uninterrupted run would have published from ``origin_ms`` on."""
    faults = Faults(0.005, world.units, Namer(17, feed))
    span = Span(origin_ms, origin_ms)
    timeline = Timeline(simulator_of(feed, world), Pace(), faults, span)
    return list(timeline.take(until_ms))


def speaking(world: World) -> list[str]:
    """The feeds that have something to say in the quarter of an hour before START."""
    return [each.name for each in FEEDS if uninterrupted(each.name, world, START - 900_000, START)]


def test_a_restart_loses_nothing_and_repeats_the_same_bytes(
    broker: Broker, tmp_path: Path, world: World
) -> None:
    broker.start(*TOPICS)
    settings = settings_for(broker, tmp_path, history_h=0.25)
    stopped = run_until_live(settings, START)
    folder = tmp_path / "producers"
    published: dict[str, int] = {}
    feeds = speaking(world)
    assert len(feeds) >= 4
    for feed in feeds:  # as after a crash: the checkpoint is a minute behind what was published
        path = folder / f"{feed}.json"
        saved = checkpoint.load(path)
        assert saved
        assert 0 <= saved.origin_ms - (START - 900_000) < MINUTE_MS  # the machine may be slow
        published[feed] = saved.published_ms
        earlier = Checkpoint(saved.plan, saved.origin_ms, saved.published_ms - MINUTE_MS)
        checkpoint.save(path, earlier)
    run_until_live(settings, stopped + 5 * MINUTE_MS)
    for feed in feeds:
        saved = checkpoint.load(folder / f"{feed}.json")
        assert saved
        expected = uninterrupted(feed, world, saved.origin_ms, saved.published_ms + 1)
        values = broker.read(events_topic(feed))
        # nothing is missing, and no bytes are new
        assert set(chain.from_iterable(values)) == {message.value for message in expected}
        twice = Counter(chain.from_iterable(values)) - Counter(each.value for each in expected)
        assert twice
        last_ms = published[feed]
        again = [each for each in expected if last_ms - MINUTE_MS <= each.publish_ms <= last_ms]
        assert twice == Counter(each.value for each in again)


def test_a_rate_is_kept_and_its_history_is_short(broker: Broker, tmp_path: Path) -> None:
    broker.start(*TOPICS)
    settings = settings_for(broker, tmp_path, rate=1_000, fault_share=0)
    stop = Event()
    thread = Thread(target=run, args=(settings, [feed_named("traffic")], stop))
    thread.start()
    began = time.monotonic()

    def published() -> int:
        return sum(len(part) for part in broker.read(events_topic("traffic")))

    until(lambda: published() >= 21_000, "a second more than the history is published")
    count = published()
    stop.set()
    until(lambda: not thread.is_alive(), "the producers end")
    # 20 s of history at 1,000 events/s, then no more than came to pass since, however slow it is
    assert 21_000 <= count < 20_000 + 1_000 * (time.monotonic() - began + 2)


def test_a_feed_without_simulator_is_named(world: World) -> None:
    with pytest.raises(UnknownFeedError, match="feed 'weather' has no simulator"):
        simulator_of("weather", world)
