"""``ioc feeds --check`` and ``--record``: contracts compared with the recorded JSON Schemas."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import orjson

from contracts.errors import IocError
from contracts.feed import Feed
from ioc.feeds.compatibility import Change, changes

FOLDER = Path(str(files("contracts"))) / "schemas"
RECORD = "`ioc feeds --record`"


class BrokenContractError(IocError):
    """A feed's contract changed in a way that its topic's events and tables can't follow."""


def recorded_at(feed: Feed, folder: Path = FOLDER) -> Path:
    """The file with a feed's schema; 1 is the version of its topic."""
    return folder / f"{feed.name}.v1.json"


def check(feeds: Sequence[Feed], folder: Path = FOLDER) -> list[str]:
    """One line for each difference that is not recorded yet.

    Raises:
        BrokenContractError: a contract changed in another way than by growing.
    """
    lines = []
    for feed in feeds:
        if not recorded_at(feed, folder).exists():
            lines.append(f"{feed.name}: not recorded yet: {RECORD}")
            continue
        grown = _changes(feed, folder)
        lines += [f"{feed.name}: {change.text}; record it: {RECORD}" for change in grown]
        if not grown and recorded_at(feed, folder).read_bytes() != _written(feed):
            lines.append(f"{feed.name}: described anew; record it: {RECORD}")
    return lines


def record(feeds: Sequence[Feed], folder: Path = FOLDER) -> list[str]:
    """Write the schemas that differ from the recorded ones; return the files' names.

    Raises:
        BrokenContractError: see ``check``; then nothing is written.
    """
    check(feeds, folder)
    folder.mkdir(exist_ok=True)
    changed = []
    for feed in feeds:
        path, schema = recorded_at(feed, folder), _written(feed)
        if not path.exists() or path.read_bytes() != schema:
            path.write_bytes(schema)
            changed.append(path.name)
    return changed


def _changes(feed: Feed, folder: Path) -> list[Change]:
    differences = changes(orjson.loads(recorded_at(feed, folder).read_bytes()), feed.schema())
    broken = [change.text for change in differences if change.breaks]
    if broken:
        raise BrokenContractError(
            f"feed {feed.name}: {', '.join(broken)}: events and tables of its topic could not "
            "follow; leave the old field as it is and add one that may be left out, or make it a "
            f"feed of another name, such as {feed.name}2, with a topic and a table of its own"
        )
    return differences


def _written(feed: Feed) -> bytes:
    return orjson.dumps(feed.schema(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
