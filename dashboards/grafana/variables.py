"""Dashboard variables in a text: ``$name``, ``${name:format}`` and ``[[name]]``."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from dashboards.grafana import formats
from dashboards.grafana.formats import Value
from dashboards.grafana.times import TimeRange, interval_text

ALL = "$__all"
"""Chosen value of a variable where All is chosen."""
ALL_TEXT = "All"
_REFERENCE = re.compile(
    r"\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.[^:^}]+)?(?::([^}]+))?\}", re.ASCII
)


@dataclass(frozen=True)
class Selection:
    """What is chosen of one variable."""

    name: str
    values: tuple[str, ...]
    """Chosen values; ``(ALL,)`` where All is chosen, none where nothing can be."""
    options: tuple[str, ...] = ()
    """All values that there are: what All stands for, unless there is a custom all value."""
    texts: tuple[str, ...] = ()
    """Text of each chosen value."""
    all_value: str | None = None
    """Custom all value: goes in as it is, whatever the format."""
    multi: bool = False
    """Whether several can be chosen: then a single one is written as a list of one."""

    @property
    def is_all(self) -> bool:
        """Whether All is chosen."""
        return self.values[:1] == (ALL,)

    @property
    def value(self) -> Value:
        """What is written: a text, or several."""
        if self.is_all:
            return self.options
        return self.values[0] if len(self.values) == 1 and not self.multi else self.values

    @property
    def text(self) -> str:
        """What is shown, as in titles."""
        return ALL_TEXT if self.is_all else " + ".join(self.texts or self.values)


@dataclass(frozen=True)
class Reference:
    """A place where a text names a variable."""

    match: str
    name: str
    format: str | None
    """With its arguments: ``date:YYYY-MM``."""


def references(text: str) -> Iterator[Reference]:
    """Every place in ``text`` that reads like a variable, macros of the plugin among them."""
    for match in _REFERENCE.finditer(text):
        yield _reference(match)


def interpolate(
    text: str,
    selections: Mapping[str, Selection],
    default: Callable[[Value], str] = lambda value: formats.formatted(value, "glob", []),
) -> str:
    """``text`` with every known variable filled in; names that are not known stay as they are.

    ``default`` writes the references without a format; a data source may bring its own. The path in
    ``${name.path}`` is passed over: our values are plain texts.
    """

    def filled(match: re.Match[str]) -> str:
        reference = _reference(match)
        selection = selections.get(reference.name)
        if selection is None:
            return match[0]
        return _written(selection, reference.format, selections, default)

    return _REFERENCE.sub(filled, text)


def builtins(time: TimeRange, interval_ms: int) -> dict[str, Selection]:
    """What every query has: ``__from``, ``__to`` (ms), ``__interval`` and ``__interval_ms``.

    There is no ``$__range``: Grafana fills it for Prometheus and Loki only.
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
