"""The validated request of a command line."""

import re
from dataclasses import dataclass
from pathlib import Path

from contracts.errors import IocError
from producers.replay.pace import speed_of

CHANGED = KEEP, CORRECT = ("keep", "correct")
NAME = re.compile(r"[A-Za-z0-9_]{1,40}")


@dataclass(frozen=True)
class Request:
    """A replay. Raises IocError if its parts don't fit together.

    Either ``scenario``, or ``file`` with ``feed`` and ``mapping``. ``speed`` is the factor by which
    time passes faster, None: as fast as possible. ``into`` names an isolated run, None: the stack
    of the settings. ``corrects``: events that have changed replace their archived versions.
    """

    file: Path | None
    feed: str | None
    mapping: Path | None
    scenario: str | None
    speed: float | None
    into: str | None
    dry_run: bool
    corrects: bool = False

    def __post_init__(self) -> None:
        if (self.file is None) == (self.scenario is None):
            raise IocError("give either a FILE of records or --scenario NAME, one of the two")
        if self.file is not None and (self.feed is None or self.mapping is None):
            raise IocError(
                f"{self.file}: also give --feed (which events it tells of) and --map (a TOML file "
                "that says which column is which field)"
            )
        if self.scenario is not None and (self.feed or self.mapping):
            raise IocError("--scenario brings its own feed: leave --feed and --map out")
        if self.corrects and self.into is None:
            raise IocError(
                "--changed correct takes archived events back, which a running stack can't do: "
                "give --into NAME, or leave it out, and the first version of each event stays"
            )
        if self.into is not None and not NAME.fullmatch(self.into):
            raise IocError(
                f"--into {self.into}: a name has 1 to 40 letters (without accents), digits or _"
            )


def make_request(
    file: Path | None,
    feed: str | None,
    mapping: Path | None,
    scenario: str | None,
    speed: str,
    into: str | None,
    *,
    dry_run: bool,
    changed: str = KEEP,
) -> Request:
    """A request from the command line's words; a scenario runs isolated under its own name."""
    if scenario is not None and into is None:
        into = scenario.replace("-", "_")
    if changed not in CHANGED:
        raise IocError(f"--changed {changed}: is neither {' nor '.join(CHANGED)}")
    corrects = changed == CORRECT
    return Request(file, feed, mapping, scenario, speed_of(speed), into, dry_run, corrects)
