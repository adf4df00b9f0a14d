"""Parked routes: one of their messages can't be written until a person has fixed the cause.

Each parked route has a file in the sink's data folder that holds the reason. Removing the file
makes the sink try again, so the command that does this needs no connection to the process.
"""

from collections.abc import Mapping
from pathlib import Path

from contracts.errors import IocError
from contracts.settings import Settings


class Parking:
    """The files of parked routes; several processes may read them."""

    def __init__(self, settings: Settings) -> None:
        self._folder: Path = settings.data_dir / "sink" / "parked"

    def park(self, route: str, why: str) -> None:
        """Note that a route is parked, with the reason as a sentence."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / route).write_text(why, encoding="utf-8")

    def is_parked(self, route: str) -> bool:
        """Whether a route is noted as parked."""
        return (self._folder / route).exists()

    def forget(self, route: str) -> None:
        """Remove a route's note, if there is one."""
        (self._folder / route).unlink(missing_ok=True)

    def parked(self) -> Mapping[str, str]:
        """Route -> the reason why it is parked."""
        if not self._folder.is_dir():
            return {}
        return {
            path.name: path.read_text(encoding="utf-8") for path in sorted(self._folder.iterdir())
        }

    def resume(self, route: str) -> None:
        """Let the sink try a route again. Raises IocError if it is not parked."""
        parked = self.parked()
        if route not in parked:
            there = ", ".join(parked) or "none"
            raise IocError(f"route {route} is not parked; parked below {self._folder}: {there}")
        self.forget(route)


def what_to_do(route: str, why: str) -> str:
    """Why a route is parked, and how to resume it."""
    return f"{why}. It is parked, the other routes go on; once mended: `ioc sink resume {route}`"
