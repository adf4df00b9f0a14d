"""Links of dashboards: fills in Grafana's variables for this page."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from dashboards.grafana.variables import Selection, interpolate
from dashboards.preview.frames import Frame
from dashboards.preview.model import Json
from dashboards.preview.state import State

_BUILT_IN = re.compile(
    r"\$\{?__(url_time_range|all_variables|from|to"
    r"|value\.(?:raw|text|numeric|time)|series\.name|field\.name"
    r"|(?:field\.labels|data\.fields)(?:\.\w+|\[[^\]]+\]))(?::(\w+))?\}?"
)
_SAFE_SCHEME = re.compile(r"^(?:https?:|/|\?|#|[\w-]+(?:/|\?|$))")
Facts = Mapping[str, str]
"""Values for links, by names such as ``value.raw``, ``data.fields.x`` or ``field.labels.x``."""


@dataclass(frozen=True)
class Href:
    """A link with everything filled in."""

    title: str
    url: str
    new_tab: bool = False


@dataclass(frozen=True)
class Links:
    """Fills in the links of a page, which shows ``state`` and ``selections``."""

    state: State
    selections: Mapping[str, Selection]

    def first(self, links: Sequence[Json], facts: Facts) -> Href | None:
        """The first usable data link of a field, for one value."""
        return next(filter(None, (self.href(link, facts) for link in links)), None)

    def href(self, link: Json, facts: Facts | None = None) -> Href | None:
        """One link; None if its address is not safe to follow."""
        url = str(link.get("url") or "")
        filled = _BUILT_IN.sub(lambda found: self._built_in(found, facts or {}), url)
        filled = interpolate(filled, self.selections, lambda value: quote(_plain(value), safe=""))
        if link.get("keepTime"):
            filled = _with(filled, self._time)
        if link.get("includeVars"):
            filled = _with(filled, urlencode(self.state.variables))
        if not _SAFE_SCHEME.match(filled):
            return None
        if self.state.kiosk and filled.startswith("/d/"):
            filled = _with(filled, "kiosk")
        return Href(str(link.get("title") or ""), filled, bool(link.get("targetBlank")))

    @property
    def _time(self) -> str:
        return urlencode({"from": self.state.start, "to": self.state.end})

    def _built_in(self, found: re.Match[str], facts: Facts) -> str:
        name = found[1]
        if name == "url_time_range":
            return self._time
        if name == "all_variables":
            return urlencode(self.state.variables)
        if name in ("from", "to"):
            return quote(self.state.start if name == "from" else self.state.end)
        key = re.sub(r"\[[\"']?([^\"'\]]+)[\"']?\]$", r".\1", name)
        return quote(facts.get(key, ""), safe="")


def facts_of(frame: Frame, row: int, value: Any, text: str) -> dict[str, str]:
    """The values that a link of one cell may use."""
    facts = {"value.raw": _plain(value), "value.numeric": _plain(value), "value.text": text}
    for one in frame.columns:
        if row < len(one.values):
            facts[f"data.fields.{one.name}"] = _plain(one.values[row])
    return facts


def label_facts(name: str, labels: Mapping[str, str], value: Any, text: str) -> dict[str, str]:
    """The values that a link of a series may use."""
    facts = {
        "series.name": name,
        "field.name": name,
        "value.raw": _plain(value),
        "value.text": text,
    }
    return facts | {f"field.labels.{key}": label for key, label in labels.items()}


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return "" if value is None else str(value)


def _with(url: str, query: str) -> str:
    if not query:
        return url
    return f"{url}{'&' if '?' in url else '?'}{query}"
