"""Fields that Grafana's own models know, by its SDK: a tool of development that servers lack.

The SDK ships no JSON Schema in its package. Its models read a dashboard and write what they know of
it: what is then missing, they don't know.
"""

import json
import warnings
from collections.abc import Iterator
from typing import Any

from dashboards.checks.board import Dashboard
from dashboards.checks.problem import Problem

NEWER = frozenset({"enablePagination"})
"""Options newer than the SDK: pages of tables, which were among those of the footer."""


def is_installed() -> bool:
    """Whether the SDK is there."""
    try:
        import grafana_foundation_sdk  # noqa: F401 - only whether it can be had
    except ImportError:
        return False
    return True


def dashboard(board: Dashboard) -> Iterator[Problem]:
    """Fields of a dashboard that the SDK does not know."""
    try:
        known = _through_the_models(board)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        yield Problem(board.uid, "", f"the SDK can't read it: {error!r}")
        return
    for path in _lost(board.raw, known, ""):
        yield Problem(board.uid, "", f"the SDK knows no field {path}")


def _through_the_models(board: Dashboard) -> Any:
    """The dashboard read and written by the SDK."""
    with warnings.catch_warnings():  # it would rather have a layout that Grafana only tries out
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
