"""Pieces of HTML and SVG that drawings share."""

from collections.abc import Sequence
from html import escape
from typing import Any

from dashboards.preview.fields import FieldConfig
from dashboards.preview.linking import Href
from dashboards.preview.values import Shown, bounds


def linked(inner: str, href: Href | None, css: str = "") -> str:
    """``inner``, inside the link if there is one."""
    if href is None:
        return f'<span class="{css}">{inner}</span>' if css else inner
    target = ' target="_blank" rel="noopener"' if href.new_tab else ""
    title = f' title="{escape(href.title)}"' if href.title else ""
    return f'<a class="link {css}" href="{escape(href.url)}"{title}{target}>{inner}</a>'


def sparkline(values: Sequence[Any], colour: str) -> str:
    """A small curve without axes; empty for fewer than two values."""
    there = [(place, value) for place, value in enumerate(values) if isinstance(value, int | float)]
    if len(there) < 2:
        return ""
    low, high = min(v for _, v in there), max(v for _, v in there)
    span, last = (high - low) or 1.0, max(len(values) - 1, 1)
    points = [
        f"{100 * place / last:.1f},{28 - 24 * (value - low) / span:.1f}" for place, value in there
    ]
    line = " ".join(points)
    first_x, last_x = points[0].split(",")[0], points[-1].split(",")[0]
    return (
        '<svg class="spark" viewBox="0 0 100 30" preserveAspectRatio="none">'
        f'<polygon points="{first_x},30 {line} {last_x},30" fill="{colour}" opacity=".16"/>'
        f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.6" '
        'vector-effect="non-scaling-stroke" opacity=".75"/></svg>'
    )


def bar(shown: Shown, config: FieldConfig, levels: tuple[float, ...]) -> str:
    """A bar whose length shows the figure between minimum and maximum; empty without a figure."""
    low, high = bounds(config, levels)
    share = 0.0
    if shown.level is not None and high > low:
        share = min(max((shown.level - low) / (high - low), 0.0), 1.0)
    fill = f'<div class="fill" style="--share:{100 * share:.1f}%;background:{shown.colour}"></div>'
    return f'<div class="track">{fill}</div>'
