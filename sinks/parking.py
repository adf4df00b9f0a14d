"""Routes that are parked: a message of theirs can't be written until a person has mended something.

A file a route, in the folder of the sink's data: it says why, and taking it away lets the sink try
again. So the command that does this needs no way into the process.
"""

from collections.abc import Mapping
from pathlib import Path

from contracts.errors import IocError
from contracts.settings import Settings


class Parking:
    """The files; several processes may look at them."""

    def __init__(self, settings: Settings) -> None:
        self._folder: Path = settings.data_dir / "sink" / "parked"

    def park(self, route: str, why: str) -> None:
        """Note that a route is parked, and why in a sentence."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / route).write_text(why, encoding="utf-8")

    def is_parked(self, route: str) -> bool:
        """Is it still noted?"""
        return (self._folder / route).exists()

    def forget(self, route: str) -> None:
        """Note that a route is not parked, whether it was or not."""
        (self._folder / route).unlink(missing_ok=True)

    def parked(self) -> Mapping[str, str]:
        """Route -> why it is parked."""
        if not self._folder.is_dir():
            return {}
        return {
            path.name: path.read_text(encoding="utf-8") for path in sorted(self._folder.iterdir())
        }

    def resume(self, route: str) -> None:
        """Let the sink try a route again. Raises IocError where it is not parked."""
        parked = self.parked()
        if route not in parked:
            there = ", ".join(parked) or "none"
            raise IocError(f"route {route} is not parked; parked below {self._folder}: {there}")
        self.forget(route)


def what_to_do(route: str, why: str) -> str:
    """Why a route is parked, and how it goes on."""
    return f"{why}. It is parked, the other routes go on; once mended: `ioc sink resume {route}`"
