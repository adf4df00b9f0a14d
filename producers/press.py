"""Simulated articles that name a district, with an occasional story that many outlets take up."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any

from contracts.messages import iso
from producers.calendar import DAY_S, NEWS, at_second, local_day
from producers.districts import characters
from producers.drawing import Weighted, delay_ms, generator, poisson
from producers.identity import Namer
from producers.outlets import OUTLETS, TOPICS
from producers.simulator import LATE_S, Pace, Planned, World, envelope

PER_DAY = 250
POSITIVE = 0.41
"""Share of the non-negative articles, so that 35 % of all are positive."""
COPIED = 0.12
FOUND_WITHIN_S = (60, 1_500)
STORY_CHANCE = 0.5
STORY_HOURS = (7, 20)
STORY_ARTICLES = (20, 60)
STORY_S = 3_600
STORY_NEGATIVE = 0.7
STORY_TOPICS = Weighted.of({"thien-tai": 3, "giao-thong": 3, "dat-dai": 2, "moi-truong": 2})
SCORES = {"positive": (0.25, 0.95), "neutral": (-0.2, 0.2), "negative": (-0.95, -0.25)}


@dataclass(frozen=True)
class Story:
    """An hour in which many articles are written about one district."""

    district: str
    start_s: int
    articles: int
    topic: str


@dataclass
class _Batch:
    """What the articles of one district in one slot have in common."""

    district: str
    start_s: int
    slot_s: int
    scale: float
    rng: Random
    earlier: list[str]


class PressSimulator:
    """Articles, each with one event."""

    name = "press"
    slot_s = 600
    life_s = slot_s + LATE_S
    history_h = 360.0
    natural_rate = PER_DAY / DAY_S
    fixed_rate = 0.0

    def __init__(self, world: World) -> None:
        self._seed = world.seed
        self._shares = world.units.shares
        self._characters = characters(world.seed, world.units)
        self._namer = Namer(world.seed, self.name)
        self._story_on = lru_cache(maxsize=8)(self._draw_story)

    def events(self, start_s: int, pace: Pace) -> Iterator[Planned]:
        """The articles found in the slot, district by district."""
        slot_s = pace.slot_s(self.slot_s)
        mean = self.natural_rate * slot_s * pace.factor(NEWS, start_s * 1000)
        story = None if pace.flat else self._story_at(start_s)
        for district, share in self._shares.items():
            rng = generator(self._seed, self.name, district, start_s, pace.scale)
            batch = _Batch(district, start_s, slot_s, pace.scale, rng, [])
            for _ in range(poisson(rng, share * mean)):
                yield self._article(batch, TOPICS.draw(rng), self._characters[district].negative)
            if story and story.district == district:
                for _ in range(poisson(rng, story.articles * slot_s / STORY_S)):
                    yield self._article(batch, story.topic, STORY_NEGATIVE)

    def _story_at(self, start_s: int) -> Story | None:
        story = self._story_on(local_day(start_s * 1000))
        return story if story and story.start_s <= start_s < story.start_s + STORY_S else None

    def _draw_story(self, day: int) -> Story | None:
        rng = generator(self._seed, self.name, "story", day)
        if rng.random() >= STORY_CHANCE:
            return None
        start_s = at_second(day, rng.randrange(*STORY_HOURS) * 3600) // 1000
        district = rng.choice(list(self._shares))
        return Story(district, start_s, rng.randint(*STORY_ARTICLES), STORY_TOPICS.draw(rng))

    def _article(self, batch: _Batch, topic: str, negative: float) -> Planned:
        rng = batch.rng
        occurred_ms = batch.start_s * 1000 + int(rng.random() * batch.slot_s * 1000)
        name = f"{batch.district}|{batch.start_s}|{batch.scale}|{len(batch.earlier)}"
        article_id = self._namer.token(int(self._namer.item(name), 16))
        event = envelope(
            self.name, "article", batch.district, self._namer.event_id(name), occurred_ms
        )
        is_copy = bool(batch.earlier) and rng.random() < COPIED
        event |= {
            "article_id": article_id,
            "duplicate_of": rng.choice(batch.earlier) if is_copy else None,
            "topic": topic,
            "published_at": iso(occurred_ms - int(rng.uniform(*FOUND_WITHIN_S) * 1000)),
        }
        event |= _content(rng, negative)
        batch.earlier.append(article_id)
        return Planned(occurred_ms + delay_ms(rng), batch.district, event)


def _content(rng: Random, negative: float) -> dict[str, Any]:
    outlet = OUTLETS.draw(rng)
    draw = rng.random()
    is_positive = draw < negative + POSITIVE * (1 - negative)
    sentiment = "negative" if draw < negative else "positive" if is_positive else "neutral"
    return {
        "outlet": outlet.slug,
        "outlet_kind": outlet.kind,
        "sentiment": sentiment,
        "score": round(rng.uniform(*SCORES[sentiment]), 3),
        "reach": min(int(outlet.reach * rng.lognormvariate(0, 0.8)), 100_000_000),
    }
