"""What was told last of each unit's windows, so that only what has changed is told again. Pure."""

from collections import defaultdict
from collections.abc import Sequence

from contracts.indicators.formulas import Figure

LIVE_MINUTES, PAST_MINUTES = 60, 1_440
"""How often all figures of a horizon are told, changed or not: as time goes by, and where hours
pass at once. Whoever looks back a day finds each figure so."""


class Told:
    """Whoever reads a unit's last row up to a window finds the figure of that window.

    So a figure is told where the newest window before has another one. Windows come in any order.
    """

    def __init__(self) -> None:
        # By horizon and unit: the figures of each window that may be told again, and of the one
        # before. None is a figure that has to be told whatever it is.
        self._windows: dict[tuple[int, str], dict[int, list[Figure | None]]] = defaultdict(dict)
        # By horizon: the newest window, and the newest of which all was told.
        self._reached: dict[int, tuple[int, int]] = {}

    def clear(self) -> None:
        """Nothing counts as told."""
        self._windows.clear()
        self._reached.clear()

    def all_are_due(self, horizon_s: int, minute: int, every: int) -> bool:
        """Are all figures of the window to be told? Of a new one, once in ``every`` minutes.

        What is asked is taken for done.
        """
        newest, before = self._reached.get(horizon_s, (-1, -1))
        if minute <= newest:
            return False
        is_due = minute // every > before // every
        self._reached[horizon_s] = minute, minute if is_due else before
        return is_due

    def news(
        self,
        horizon_s: int,
        unit: str,
        minute: int,
        figures: Sequence[Figure],
        *,
        all_of_it: bool = False,
    ) -> list[int]:
        """Indices of the figures to tell of the window that ends with a minute.

        ``all_of_it``: all of them, where nothing was told of this window yet.
        """
        windows = self._windows[horizon_s, unit]
        held = windows.get(minute)
        if held is None:
            earlier = max((other for other in windows if other < minute), default=None)
            before = None if all_of_it or earlier is None else windows[earlier]
        else:
            before = held
        news = [
            index
            for index, figure in enumerate(figures)
            if before is None or figure != before[index]
        ]
        windows[minute] = list(figures)
        if news:
            # Told after them, it would pass for the newest figure, and for theirs where they had
            # none of their own.
            for later, told in windows.items():
                if later > minute:
                    for index in news:
                        told[index] = None
        return news

    def forget_before(self, minute: int) -> None:
        """Forget the windows that end before a minute, but for the newest of them."""
        for windows in self._windows.values():
            passed = sorted(other for other in windows if other < minute)
            for other in passed[:-1]:
                del windows[other]
