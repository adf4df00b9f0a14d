"""Ages in words."""

from typing import TypeAlias

Words: TypeAlias = tuple[tuple[str, int], ...]
"""Pattern and size in seconds of each unit, the largest first."""

VIETNAMESE: Words = (
    ("{:.1f} ngày trước", 86_400),
    ("{:.1f} giờ trước", 3_600),
    ("{:.1f} phút trước", 60),
    ("{:.0f} giây trước", 1),
)
ENGLISH: Words = (
    ("{:.1f} d ago", 86_400),
    ("{:.1f} h ago", 3_600),
    ("{:.1f} min ago", 60),
    ("{:.0f} s ago", 1),
)
LENGTHS: Words = (("{:.3g} d", 86_400), ("{:.3g} h", 3_600), ("{:.3g} min", 60), ("{:.3g} s", 1))


def show_age(seconds: float, words: Words) -> str:
    """An age in the largest unit that it fills; a moment ahead of the clock is 0 seconds old."""
    seconds = max(seconds, 0.0)
    pattern, size = next((word for word in words if seconds >= word[1]), words[-1])
    return pattern.format(seconds / size)
