"""How Compose and Grafana fill variables in, each by its own rules."""

import re
from collections.abc import Mapping
from typing import Any

_COMPOSE = re.compile(r"\$\{(?P<name>\w+)(?:(?P<kind>:[-+?])(?P<word>[^}]*))?\}|\$\$")
_GRAFANA = re.compile(r"\$(?:\{(?P<braced>\w+)\}|(?P<bare>\w+))")
_FILE = re.compile(r"\$__file\{[^}]*\}")


def by_compose(text: str, host: Mapping[str, str]) -> str:
    """A value of a compose file on a host with these variables; empty ones count as unset."""

    def fill(match: re.Match[str]) -> str:
        if match["name"] is None:
            return "$"
        value, word = host.get(match["name"], ""), match["word"] or ""
        if match["kind"] == ":+":
            return word if value else ""
        assert value or match["kind"] != ":?", f"{match['name']} {word}"
        return value or (word if match["kind"] == ":-" else "")

    return _COMPOSE.sub(fill, text)


def by_grafana(value: Any, container: Mapping[str, str]) -> Any:
    """A value of a provisioning file in a container with these variables; unset ones are empty.

    There is no default syntax; ``$$`` is a dollar; secrets in files are left as they are written.
    """
    if isinstance(value, Mapping):
        return {key: by_grafana(inner, container) for key, inner in value.items()}
    if isinstance(value, list):
        return [by_grafana(inner, container) for inner in value]
    if not isinstance(value, str) or _FILE.fullmatch(value):
        return value
    return "$".join(
        _GRAFANA.sub(lambda match: container.get(match["braced"] or match["bare"], ""), part)
        for part in value.split("$$")
    )
