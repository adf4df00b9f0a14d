"""Grafana's formats for a variable's values, such as ``${name:singlequote}``.

The format ``singlequote`` escapes quotes only, so a value with a backslash would change the SQL.
``ioc dashboards check`` refuses such values.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote

Value = str | tuple[str, ...]
"""One value, or the values of a variable that takes several."""

_TOKENS = {"YYYY": "%Y", "MM": "%m", "DD": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}
_TOKEN = re.compile("|".join(_TOKENS))
_REGEX_SPECIAL = re.compile(r"[\\^$*+?.()|\[\]{}/]")
_SQL = {"'": "''", '"': '\\"'}


def formatted(value: Value, name: str, arguments: list[str]) -> str:
    """``value`` in the format ``name``. An unknown format counts as glob, as in Grafana."""
    return FORMATS.get(name, _glob)(value, arguments)


def query_parameter(variable: str, value: Value) -> str:
    """``value`` as parameters of a link: ``var-district=28&var-district=29``."""
    return "&".join(f"var-{variable}={quote(one, safe='~@:$,')}" for one in _several(value))


def plugin_default(value: Value) -> str:
    """The plugin's form for references without a format: quoted lists, nothing escaped."""
    return value if isinstance(value, str) else "'" + "','".join(value) + "'"


def _several(value: Value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _joined(separator: str) -> Callable[[Value, list[str]], str]:
    return lambda value, _: separator.join(_several(value))


def _quoted(mark: str, escape: Callable[[str], str]) -> Callable[[Value, list[str]], str]:
    return lambda value, _: ",".join(f"{mark}{escape(one)}{mark}" for one in _several(value))


def _glob(value: Value, _: list[str]) -> str:
    several = _several(value)
    return "{" + ",".join(several) + "}" if len(several) > 1 else ",".join(several)


def _regex(value: Value, _: list[str]) -> str:
    escaped = [_REGEX_SPECIAL.sub(r"\\\g<0>", one) for one in _several(value)]
    return "|".join(escaped) if len(escaped) == 1 else f"({'|'.join(escaped)})"


def _json(value: Value, _: list[str]) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _percent(value: Value, _: list[str]) -> str:
    return quote(value if isinstance(value, str) else "{" + ",".join(value) + "}", safe="~")


def _join(value: Value, arguments: list[str]) -> str:
    return (arguments[0] if arguments else ",").join(_several(value))


def _date(value: Value, arguments: list[str]) -> str:
    """A time given in ms. Patterns are filled in UTC; Grafana uses the browser's time zone."""
    text = ",".join(_several(value))
    if not text.isdecimal():
        return "NaN"
    pattern = ":".join(arguments)
    if pattern == "ms":
        return text
    if pattern == "seconds":
        return str((int(text) + 500) // 1000)
    at = datetime.fromtimestamp(int(text) / 1000, UTC)
    if pattern in ("", "iso"):
        return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return _TOKEN.sub(lambda token: at.strftime(_TOKENS[token[0]]), pattern)


FORMATS: dict[str, Callable[[Value, list[str]], str]] = {
    "csv": _joined(","),
    "date": _date,
    "doublequote": _quoted('"', lambda one: one.replace('"', '\\"')),
    "glob": _glob,
    "join": _join,
    "json": _json,
    "percentencode": _percent,
    "pipe": _joined("|"),
    "raw": _joined(","),
    "regex": _regex,
    "singlequote": _quoted("'", lambda one: one.replace("'", "\\'")),
    "sqlstring": _quoted("'", lambda one: re.sub("['\"]", lambda mark: _SQL[mark[0]], one)),
}
"""The formats that need only the values; ``text`` and ``queryparam`` need the variable."""
KNOWN = frozenset(FORMATS) | {"text", "queryparam"}
