"""Checks fields against the models of Grafana's SDK, a development tool that servers lack.

The SDK's package contains no JSON Schema. Its models read a dashboard and write the fields that
they know, so a field that is missing afterwards is unknown to them.
"""

import json
import warnings
from collections.abc import Iterator
from typing import Any

from dashboards.checks.board import Dashboard
from dashboards.checks.problem import Problem

NEWER = frozenset({"enablePagination"})
"""Options newer than the SDK, which has the paging of tables in the footer's options."""


def is_installed() -> bool:
    """Whether the SDK is installed."""
    try:
        import grafana_foundation_sdk  # noqa: F401 - only tests whether it exists
    except ImportError:
        return False
    return True


def dashboard(board: Dashboard) -> Iterator[Problem]:
    """A problem for each field of a dashboard that the SDK does not know."""
    try:
        known = _through_the_models(board)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        yield Problem(board.uid, "", f"the SDK can't read it: {error!r}")
        return
    for path in _lost(board.raw, known, ""):
        yield Problem(board.uid, "", f"the SDK knows no field {path}")


def _through_the_models(board: Dashboard) -> Any:
    """The dashboard as the SDK reads and writes it."""
    with warnings.catch_warnings():  # it recommends a layout that is experimental in Grafana
        warnings.simplefilter("ignore", DeprecationWarning)
        from grafana_foundation_sdk.cog.encoder import JSONEncoder
        from grafana_foundation_sdk.cog.plugins import register_default_plugins
        from grafana_foundation_sdk.models.dashboard import Dashboard as Model

        register_default_plugins()
        model = Model.from_json(dict(board.raw))
    return json.loads(JSONEncoder(sort_keys=True).encode(model))


def _lost(given: Any, known: Any, path: str) -> Iterator[str]:
    if isinstance(given, dict) and isinstance(known, dict):
        for key, value in given.items():
            here = f"{path}.{key}" if path else key
            if key in known:
                yield from _lost(value, known[key], here)
            elif value not in (None, [], {}, "") and key not in NEWER:
                yield here
    elif isinstance(given, list) and isinstance(known, list):
        for index, (one, other) in enumerate(zip(given, known, strict=False)):
            yield from _lost(one, other, f"{path}[{index}]")
