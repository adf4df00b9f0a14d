"""Statements that differ in quoted texts alone share the choices that are tried.

Each runs as its dashboard opens. Of the other choices and periods each is tried by one of them,
since it would do the same to all.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from dashboards.checks.asked import Asked
from dashboards.checks.choices import Choice
from dashboards.checks.sql_text import shape
from dashboards.grafana.times import TimeRange


@dataclass(frozen=True)
class Trial:
    """A statement is to run with these choices, over this period."""

    choice: Choice
    period: TimeRange

    def text(self, opening: TimeRange) -> str:
        """Its choice and, where it is not the opening one, its period."""
        if self.period == opening:
            return self.choice.text
        return f"{self.choice.text}, over {self.period.milliseconds // 60_000} min"


@dataclass(frozen=True)
class Statement:
    """What is asked, and all that can be chosen of the variables that it names."""

    asked: Asked
    choices: Sequence[Choice]
    """The opening first."""
    number: int = 0
    """That on its dashboard."""

    @property
    def opening(self) -> Trial:
        """As the dashboard opens."""
        return Trial(self.choices[0], self.asked.period)

    @property
    def family(self) -> Hashable:
        """The same for all statements to which each choice does the same."""
        asked, first = self.asked, self.choices[0].selections
        chosen = tuple(first[name] for name in sorted(asked.variables & first.keys()))
        texts = tuple(choice.text for choice in self.choices)
        periods = (asked.period, *asked.other_periods)
        return asked.kind, asked.is_time_series, shape(asked.sql), chosen, texts, periods

    def others(self, size: int) -> Sequence[Trial]:
        """All that is tried beside the opening, in a family of ``size``."""
        tried = [
            Trial(choice, self.asked.period)
            for choice in self.choices[1:]
            if size >= choice.parts or choice.position % choice.parts == self.number % choice.parts
        ]
        return [*tried, *(Trial(self.choices[0], period) for period in self.asked.other_periods)]


@dataclass(frozen=True)
class Shared:
    """What a statement runs with."""

    asked: Asked
    tried: Sequence[Trial]
    """The opening first."""
    spare: Sequence[Trial]
    """What others of its family try: for the case that it has given no rows."""


def shared(statements: Sequence[Statement]) -> Iterator[Shared]:
    """Deal out the choices among the statements of each family."""
    sizes = Counter(statement.family for statement in statements)
    met: Counter[Hashable] = Counter()
    for statement in statements:
        family = statement.family
        index, size = met[family], sizes[family]
        others = statement.others(size)
        mine = others[index::size]
        spare = [trial for number, trial in enumerate(others) if number % size != index]
        yield Shared(statement.asked, [statement.opening, *mine], spare)
        met[family] += 1
