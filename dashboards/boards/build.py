"""All dashboards, and their committed files."""

from collections.abc import Sequence
from pathlib import Path

from contracts.feed import Feed
from contracts.reference.published import load_published
from dashboards.boards.board import Board
from dashboards.boards.comparison import comparison
from dashboards.boards.feed_board import feed_board
from dashboards.boards.overview import overview
from dashboards.boards.published import published_board
from dashboards.boards.quality import quality
from dashboards.boards.service_index import service_index

FOLDER = Path(__file__).parent.parent / "json"


def boards(feeds: Sequence[Feed]) -> list[Board]:
    """The dashboards of these feeds."""
    of_feeds = [feed_board(feed) for feed in feeds]
    others = [service_index(), comparison(feeds), quality(), published_board(load_published())]
    return [overview(feeds), *of_feeds, *others]


def write(feeds: Sequence[Feed], folder: Path = FOLDER) -> list[str]:
    """Write each dashboard to ``<uid>.json``, delete others; return the names of changed files."""
    texts = {f"{board.place.uid}.json": board.json for board in boards(feeds)}
    held = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    for file in held.keys() - texts.keys():
        (folder / file).unlink()
    changed = [file for file, json in texts.items() if held.get(file) != json]
    for file in changed:
        (folder / file).write_text(texts[file], encoding="utf-8")
    return sorted([*changed, *(held.keys() - texts.keys())])
