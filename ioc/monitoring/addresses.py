"""Addresses of health endpoints in a data folder, for `ioc health` and `ioc status`."""

import urllib.error
import urllib.request
from pathlib import Path

from contracts.errors import UnavailableError
from contracts.settings import Settings

EMBEDDED = ("clickhouse", "worker", "sink", "produce")
"""The parts of the embedded stack, in the order of their ports."""
ANSWER_S = 5.0


def embedded_port(settings: Settings, part: str) -> int:
    """The port of a part under ``ioc up``; 0 if none is set or the part has no port."""
    if not settings.metrics_port or part not in EMBEDDED:
        return 0
    return settings.metrics_port + EMBEDDED.index(part)


def note(settings: Settings, part: str) -> None:
    """Record where the part serves its health, or that it does not."""
    path = _path(settings, part)
    if settings.metrics_port:
        path.parent.mkdir(parents=True, exist_ok=True)
        host = "127.0.0.1" if settings.metrics_host == "0.0.0.0" else settings.metrics_host  # noqa: S104 - compared, not bound
        path.write_text(f"http://{host}:{settings.metrics_port}")
    else:
        path.unlink(missing_ok=True)


def noted(settings: Settings, part: str) -> str | None:
    """Where the part serves its health; None if it does not."""
    try:
        return _path(settings, part).read_text()
    except OSError:
        return None


def ask(address: str, path: str = "/healthz") -> str:
    """A process's own answer. Raises UnavailableError with its sentence if it reports a fault.

    ``address`` is one that ``noted`` returned.
    """
    try:
        with urllib.request.urlopen(f"{address}{path}", timeout=ANSWER_S) as answer:  # noqa: S310 - http, see note
            return str(answer.read().decode().strip())
    except urllib.error.HTTPError as error:
        raise UnavailableError(error.read().decode(errors="replace").strip()) from None
    except OSError as error:
        raise UnavailableError(f"{address}{path} does not answer ({error})") from None


def _path(settings: Settings, part: str) -> Path:
    return settings.data_dir / "health" / f"{part}.address"
