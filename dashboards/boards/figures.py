"""Indicators as SQL needs them: ids, horizons, column titles."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contracts.feed import Feed
from contracts.indicators.indicator import INSTANT_S, Better, Indicator
from dashboards.boards.statements import lines, name, text

DAY_S = 86_400


@dataclass(frozen=True)
class Shown:
    """An indicator with its feed, for screens that show several feeds."""

    feed: Feed
    indicator: Indicator

    @property
    def id(self) -> str:
        """Its id in tables."""
        return self.feed.indicator_id(self.indicator)

    @property
    def title(self) -> str:
        """Its title beside indicators of other feeds."""
        return f"{self.feed.label} · {self.indicator.title}"

    @property
    def horizon_s(self) -> int:
        """The seconds that it looks back in the headline."""
        return INSTANT_S if self.indicator.is_gauge else self.feed.headline_horizon_s

    @property
    def day_s(self) -> int:
        """The seconds that it looks back on a screen over 24 hours."""
        return INSTANT_S if self.indicator.is_gauge else DAY_S


def headline(feeds: Iterable[Feed]) -> Iterator[Shown]:
    """The headline indicators of these feeds."""
    for feed in feeds:
        for indicator in feed.headline_indicators:
            yield Shown(feed, indicator)


def judged(feeds: Iterable[Feed]) -> list[Shown]:
    """The headline indicators that can rank districts, because more or less of them is better."""
    return [shown for shown in headline(feeds) if shown.indicator.better is not Better.NEITHER]


def key(feed: Feed) -> Shown:
    """The indicator that represents a feed: the first that can rank districts, else the first."""
    return next(iter(judged([feed])), None) or next(headline([feed]))


def wanted(shown: Iterable[Shown]) -> str:
    """SQL pairs of id and horizon."""
    return lines(f"({text(each.id)}, {each.horizon_s})" for each in shown)


def titled(shown: Iterable[Shown]) -> str:
    """SQL triples of id, horizon of a day and title."""
    return lines(f"({text(each.id)}, {each.day_s}, {text(each.title)})" for each in shown)


def picked(shown: Iterable[Shown]) -> str:
    """SQL columns, one for each indicator, from rows with the columns indicator and value."""
    return lines(
        f"anyIf(value, indicator = {text(each.id)}) AS {name(each.title)}" for each in shown
    )


def worst_first(indicator: Indicator) -> str:
    """The SQL direction that puts the worst first, or the largest if neither way is better."""
    return "ASC" if indicator.better is Better.HIGHER else "DESC"
