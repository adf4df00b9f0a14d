"""Dashboard variables in a text: ``$name``, ``${name:format}`` and ``[[name]]``."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from dashboards.grafana import formats
from dashboards.grafana.formats import Value
from dashboards.grafana.times import TimeRange, interval_text

ALL = "$__all"
"""The value of a variable whose choice is All."""
ALL_TEXT = "All"
_REFERENCE = re.compile(
    r"\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.[^:^}]+)?(?::([^}]+))?\}", re.ASCII
)


@dataclass(frozen=True)
class Selection:
    """The choice of one variable."""

    name: str
    values: tuple[str, ...]
    """The chosen values; ``(ALL,)`` for All, empty if there is nothing to choose."""
    options: tuple[str, ...] = ()
    """All existing values. All stands for them, unless there is a custom all value."""
    texts: tuple[str, ...] = ()
    """The text of each chosen value."""
    all_value: str | None = None
    """The custom all value, which no format changes."""
    multi: bool = False
    """Whether several can be chosen; a single one is then written as a list of one."""

    @property
    def is_all(self) -> bool:
        """Whether All is chosen."""
        return self.values[:1] == (ALL,)

    @property
    def value(self) -> Value:
        """The text or texts to write."""
        if self.is_all:
            return self.options
        return self.values[0] if len(self.values) == 1 and not self.multi else self.values

    @property
    def text(self) -> str:
        """The text to show, for example in titles."""
        return ALL_TEXT if self.is_all else " + ".join(self.texts or self.values)


@dataclass(frozen=True)
class Reference:
    """A place where a text names a variable."""

    match: str
    name: str
    format: str | None
    """The format with its arguments, such as ``date:YYYY-MM``."""


def references(text: str) -> Iterator[Reference]:
    """Every place in ``text`` that looks like a variable, including macros of the plugin."""
    for match in _REFERENCE.finditer(text):
        yield _reference(match)


def interpolate(
    text: str,
    selections: Mapping[str, Selection],
    default: Callable[[Value], str] = lambda value: formats.formatted(value, "glob", []),
) -> str:
    """``text`` with every known variable filled in; unknown names stay.

    ``default`` writes references without a format; a data source may have its own. The path in
    ``${name.path}`` is ignored, because values here are plain texts.
    """

    def filled(match: re.Match[str]) -> str:
        reference = _reference(match)
        selection = selections.get(reference.name)
        if selection is None:
            return match[0]
        return _written(selection, reference.format, selections, default)

    return _REFERENCE.sub(filled, text)


def builtins(time: TimeRange, interval_ms: int) -> dict[str, Selection]:
    """The variables of every query: ``__from``, ``__to`` (ms), ``__interval``, ``__interval_ms``.

    ``$__range`` is missing because Grafana fills it for Prometheus and Loki only.
    """
    values = {
        "__from": str(_milliseconds(time.start)),
        "__to": str(_milliseconds(time.end)),
        "__interval": interval_text(interval_ms),
        "__interval_ms": str(interval_ms),
    }
    return {name: Selection(name, (value,)) for name, value in values.items()}


def _reference(match: re.Match[str]) -> Reference:
    plain, square, square_format, curly, curly_format = match.groups()
    return Reference(match[0], plain or square or curly, square_format or curly_format)


def _written(
    selection: Selection,
    form: str | None,
    selections: Mapping[str, Selection],
    default: Callable[[Value], str],
) -> str:
    name, *arguments = (form or "").split(":")
    if name == "text":
        return selection.text
    if name == "queryparam":
        chosen = ALL if selection.is_all else selection.value
        return formats.query_parameter(selection.name, chosen)
    if selection.is_all and selection.all_value:
        if name == "percentencode":
            return formats.formatted(selection.all_value, name, arguments)
        return interpolate(selection.all_value, selections, default)
    value = selection.value
    return formats.formatted(value, name, arguments) if name else default(value)


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)
