"""The position of a label beside its point."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """A rectangle; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: "Box") -> float:
        """The size of the area that both cover."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide * high if wide > 0 and high > 0 else 0.0


def place(
    point: tuple[float, float],
    gap: float,
    label: tuple[float, float],
    taken: Sequence[Box],
    size: tuple[float, float],
) -> Box:
    """The box of a label beside, below or above a point: the first that covers least.

    Parts outside the drawing, which has this ``size``, count as covered.
    """
    (x, y), (wide, high) = point, label
    near = (y + gap * 0.7, y - gap * 0.7 - high)
    corners = (
        (x + gap, y - high / 2),
        (x - gap - wide, y - high / 2),
        (x - wide / 2, y + gap),
        (x - wide / 2, y - gap - high),
        *((left, top) for left in (x + gap * 0.7, x - gap * 0.7 - wide) for top in near),
        *((x + side * (gap + wide / 2) * 0.8 - wide / 2, top) for side in (1, -1) for top in near),
    )
    boxes = [Box(left, top, left + wide, top + high) for left, top in corners]
    inside = Box(0, 0, *size)

    def covered(box: Box) -> float:
        return wide * high - box.overlap(inside) + sum(box.overlap(other) for other in taken)

    return min(boxes, key=covered)
