"""The figures last emitted per unit and window, to emit only those that have changed. Pure."""

from collections import defaultdict
from collections.abc import Sequence

from contracts.indicators.formulas import Figure

LIVE_MINUTES, PAST_MINUTES = 60, 1_440
"""How often all figures of a horizon are emitted, changed or not: in live operation, and while a
past is processed. A reader who looks back one day therefore finds every figure."""


class Told:
    """Guarantees that a unit's last row up to a window holds the figure of that window.

    A figure is emitted if it differs from the one of the newest earlier window. Windows may come in
    any order.
    """

    def __init__(self) -> None:
        # By horizon and unit: the figures of each window that may be emitted again, and of the one
        # before. None marks a figure that must be emitted whatever its value.
        self._windows: dict[tuple[int, str], dict[int, list[Figure | None]]] = defaultdict(dict)
        # By horizon: the newest window, and the newest of which all figures were emitted.
        self._reached: dict[int, tuple[int, int]] = {}

    def clear(self) -> None:
        """Forget all emissions."""
        self._windows.clear()
        self._reached.clear()

    def all_are_due(self, horizon_s: int, minute: int, every: int) -> bool:
        """Whether to emit all figures of a window: for new windows, once per ``every`` minutes.

        Assumes that the caller then emits them: asked again for the same window, it says no.
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
        """Indices of the figures to emit for the window that ends with a minute.

        ``all_of_it`` selects all of them, unless this window has been emitted before.
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
            # A row emitted now would pass for the newest figure, and for the figure of every later
            # window that had no row of its own. Later windows must therefore emit it again.
            for later, told in windows.items():
                if later > minute:
                    for index in news:
                        told[index] = None
        return news

    def forget_before(self, minute: int) -> None:
        """Forget the windows that end before a minute, except the newest of them."""
        for windows in self._windows.values():
            passed = sorted(other for other in windows if other < minute)
            for other in passed[:-1]:
                del windows[other]
