"""Grafana's colours by name, and series colours that colour-blind people can tell apart."""

import re

SURFACE = "#131a22"
LINE = "#25303c"
TEXT = "#e8edf2"
MUTED = "#93a1b0"
NO_DATA = "#6f7d8c"

SERIES = (
    "#5ab4e6",
    "#e8a33d",
    "#3fbf9b",
    "#d98cc0",
    "#f0e26a",
    "#7f9cf5",
    "#e2743f",
    "#a8d8f0",
    "#9aa7b4",
    "#c3b1f2",
)
"""After Okabe and Ito, lightened for a dark background."""

SHADES = ("super-light", "light", "", "semi-dark", "dark")
HUES = {
    "red": ("#ffa6b0", "#ff7383", "#f2495c", "#e02f44", "#c4162a"),
    "orange": ("#ffcb7d", "#ffb357", "#ff9830", "#ff780a", "#fa6400"),
    "yellow": ("#fff899", "#ffee52", "#fade2a", "#f2cc0c", "#e0b400"),
    "green": ("#c8f2c2", "#96d98d", "#73bf69", "#56a64b", "#37872d"),
    "blue": ("#c0d8ff", "#8ab8ff", "#5794f2", "#3274d9", "#1f60c4"),
    "purple": ("#deb6f2", "#ca95e5", "#b877d9", "#a352cc", "#8f3bb8"),
}
NAMED = {
    f"{shade}-{hue}" if shade else hue: colour
    for hue, colours in HUES.items()
    for shade, colour in zip(SHADES, colours, strict=True)
} | {
    "text": TEXT,
    "transparent": "transparent",
    "gray": "#8e99a6",
    "grey": "#8e99a6",
    "white": "#ffffff",
    "black": "#000000",
}
SAFE = re.compile(r"#[0-9a-fA-F]{3,8}|rgba?\([\d., %]+\)")

SCALES = {
    "blues": ("#10202f", "#1d4e79", "#4a9bd8", "#cfe8fb"),
    "greens": ("#10241c", "#1d6b4d", "#4fbf8f", "#d3f5e4"),
    "oranges": ("#2a1a0c", "#8a4b12", "#e8913a", "#fde3c4"),
    "reds": ("#2a1014", "#8c2433", "#e5566a", "#fdd3d9"),
    "ylorrd": ("#2b2210", "#b58417", "#ef7d32", "#e33b4a"),
    "blpu": ("#141b33", "#3f4aa0", "#9a7bd6", "#f0ddfb"),
    "viridis": ("#2c1150", "#2f6b8e", "#38b977", "#f3e51e"),
    "cividis": ("#00224e", "#4d566d", "#a59c74", "#fee838"),
}
"""Colour scales from low to high and dark to light, so that brightness alone is enough."""


def colour(name: str | None, fallback: str = TEXT) -> str:
    """A CSS colour, from itself or from Grafana's name; ``fallback`` for anything else."""
    if not name:
        return fallback
    if SAFE.fullmatch(name):
        return name
    return NAMED.get(name, fallback)


def series_colour(index: int) -> str:
    """The colour of the series at this index."""
    return SERIES[index % len(SERIES)]


def scale_of(scheme: str) -> tuple[str, ...]:
    """The scale nearest to Grafana's scheme, such as ``continuous-BlPu`` or ``Oranges``."""
    return SCALES.get(scheme.lower().removeprefix("continuous-").replace("-", ""), SCALES["blues"])


def between(scale: tuple[str, ...], share: float) -> str:
    """The colour at a share (0-1) of a scale of #rrggbb colours."""
    at = min(max(share, 0.0), 1.0) * (len(scale) - 1)
    low = min(int(at), len(scale) - 2)
    parts = [
        round(_part(scale[low], i) * (1 - at + low) + _part(scale[low + 1], i) * (at - low))
        for i in range(3)
    ]
    return "#{:02x}{:02x}{:02x}".format(*parts)


def _part(hexed: str, index: int) -> int:
    return int(hexed[1 + 2 * index : 3 + 2 * index], 16)
