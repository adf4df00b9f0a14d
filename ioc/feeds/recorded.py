"""``ioc feeds --check`` and ``--record``: contracts compared with the recorded JSON Schemas."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import orjson

from contracts.errors import IocError
from contracts.feed import Feed
from contracts.indicators.gauge_keys import key_of
from ioc.feeds.compatibility import Change, changes

FOLDER = Path(str(files("contracts"))) / "schemas"
WRITTEN = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
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
        lines += _of_parts(feed, folder)
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
        path, made = parts_recorded_at(feed, folder), _made(feed)
        if not path.exists() or orjson.loads(path.read_bytes()) != made:
            path.write_bytes(orjson.dumps(made, option=WRITTEN))
            changed.append(path.name)
    return changed


def parts_recorded_at(feed: Feed, folder: Path = FOLDER) -> Path:
    """The file that holds the parts of a feed's panes, and the keys of its gauges."""
    return folder / f"{feed.name}.parts.json"


def _made(feed: Feed) -> dict[str, list[str]]:
    return {"parts": sorted(feed.pane_parts), "gauges": sorted(map(key_of, feed.gauges))}


def _of_parts(feed: Feed, folder: Path) -> list[str]:
    """Parts and gauges that workers with a past must recount from the archive."""
    path = parts_recorded_at(feed, folder)
    if not path.exists():
        return [f"{feed.name}: its parts are not recorded yet: {RECORD}"]
    held, now = orjson.loads(path.read_bytes()), _made(feed)
    found = [
        f"{feed.name}: part {part} is new: older panes do not know it until `ioc backfill "
        f"--feed {feed.name}` has recounted them (the embedded stack does so by itself); "
        f"record it: {RECORD}"
        for part in now["parts"]
        if part not in held["parts"]
    ]
    found += [
        f"{feed.name}: {gauge} is new or of another shape: `ioc rebuild --from archive --feeds "
        f"{feed.name}` makes it, with all workers stopped (the embedded stack does so by itself); "
        f"record it: {RECORD}"
        for gauge in now["gauges"]
        if gauge not in held["gauges"]
    ]
    gone = [name for sort in now for name in held[sort] if name not in now[sort]]
    return found + [f"{feed.name}: {name} is gone; record it: {RECORD}" for name in gone]


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
    return orjson.dumps(feed.schema(), option=WRITTEN)
