"""The positions of panels, line below line."""

from dataclasses import dataclass, field

from dashboards.boards.panels import Spot

WIDTH = 24


@dataclass
class Layout:
    """Hands out the positions of a dashboard's panels from top to bottom."""

    y: int = field(default=0)

    def line(self, height: int, *widths: int) -> list[Spot]:
        """Positions side by side, below all earlier ones. ValueError if they are too wide."""
        if sum(widths) > WIDTH:
            raise ValueError(f"{widths} are wider than a dashboard")
        spots = [
            Spot(sum(widths[:index]), self.y, width, height) for index, width in enumerate(widths)
        ]
        self.y += height
        return spots
