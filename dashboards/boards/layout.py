"""Where panels go: line below line."""

from dataclasses import dataclass, field

from dashboards.boards.panels import Spot

WIDTH = 24


@dataclass
class Layout:
    """Gives out the places of a dashboard from top to bottom."""

    y: int = field(default=0)

    def line(self, height: int, *widths: int) -> list[Spot]:
        """The places of panels side by side, below all earlier ones. Raises ValueError."""
        if sum(widths) > WIDTH:
            raise ValueError(f"{widths} are wider than a dashboard")
        spots = [
            Spot(sum(widths[:index]), self.y, width, height) for index, width in enumerate(widths)
        ]
        self.y += height
        return spots
