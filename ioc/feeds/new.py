"""``ioc new feed``: a feed's own modules from templates, and its line in the registries."""

import keyword
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Template

from contracts.contents import Content
from contracts.errors import IocError
from contracts.registry import FEEDS

LONGEST_TITLE = 60
TEMPLATES = Path(__file__).parent / "templates" / "feed"
NAME = re.compile(r"[a-z][a-z0-9]{1,15}")
FILES = {
    "contract.py.txt": "contracts/feeds/{name}.py",
    "simulator.py.txt": "producers/{name}.py",
    "recount.sql.txt": "sinks/audit/recount/{name}.sql",
    "test_simulator.py.txt": "tests/producers/test_{name}.py",
    "test_panes.py.txt": "tests/streams/test_{name}.py",
    "test_recount.py.txt": "tests/sinks/audit/test_{name}.py",
    "page.md.txt": "docs/feeds/{name}.md",
}
"""Template -> where it goes."""
REGISTRIES = {
    "contracts/feeds/__init__.py": "from contracts.feeds.{name} import {constant} as {constant}",
    "producers/simulators.py": "from producers.{name} import {Name}Simulator as {Name}Simulator",
}
"""Registry -> the line that a feed has there."""


@dataclass(frozen=True)
class NewFeed:
    """A feed to be created: its name, its title on the screens, and its content."""

    name: str
    title: str
    content: Content

    @property
    def words(self) -> dict[str, str]:
        """The variables of templates and registries."""
        return {
            "name": self.name,
            "Name": self.name.capitalize(),
            "constant": self.name.upper(),
            "title": self.title,
            "content": self.content.name,
        }


def new_feed(name: str, title: str, content: str) -> NewFeed:
    """Check the user's input. Raises IocError with the sentence to show."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise IocError(
            f"{name!r} can't name a feed: modules, topics and tables have its name; take 2 to 16 "
            "small letters and digits, a letter first"
        )
    if name in {feed.name for feed in FEEDS}:
        raise IocError(f"there is already a feed named {name!r}: see `ioc feeds`")
    contents = {each.name.lower(): each for each in Content}
    if content not in contents:
        raise IocError(f"--content {content}: there are {', '.join(contents)}")
    if len(title) > LONGEST_TITLE or any(
        not each.isprintable() or each in '"\\$' for each in title
    ):
        raise IocError(
            f"--title {title!r}: take a line of up to {LONGEST_TITLE} letters without quotes, "
            "backslashes and dollars"
        )
    return NewFeed(name, title or f"Luồng {name}", contents[content])


def write_feed(feed: NewFeed, root: Path) -> Iterator[str]:
    """Write the modules and the registries' lines below ``root``; yield relative paths.

    Raises IocError, before anything is written, if ``root`` is no checkout of the project or one of
    the files exists already.
    """
    missing = [path for path in REGISTRIES if not (root / path).is_file()]
    if missing:
        raise IocError(f"{missing[0]} is not here: run this in a checkout of the project")
    paths = {template: path.format(**feed.words) for template, path in FILES.items()}
    taken = [path for path in paths.values() if (root / path).exists()]
    if taken:
        raise IocError(f"{taken[0]} is there already: take another name")
    for template, path in paths.items():
        text = (TEMPLATES / template).read_text(encoding="utf-8")
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(Template(text).substitute(feed.words), encoding="utf-8")
        yield path
    for path, line in REGISTRIES.items():
        _register(root / path, line.format(**feed.words))
        yield path


def _register(path: Path, line: str) -> None:
    """Add an import to a sorted list of imports."""
    lines = path.read_text(encoding="utf-8").splitlines()
    listed = [number for number, each in enumerate(lines) if each.startswith("from ")]
    start = listed[0] if listed else len(lines)
    imports = sorted([*(lines[number] for number in listed), line], key=_natural)
    path.write_text("\n".join([*lines[:start], *imports]) + "\n", encoding="utf-8")


def _natural(line: str) -> list[tuple[int, str]]:
    """ruff's order of imports: numbers by value."""
    parts = re.split(r"(\d+)", line.split()[1])
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def build_dashboards(root: Path) -> str:
    """Rebuild the dashboards and alert rules in a new process, which knows the new feed.

    Returns what it printed; raises IocError with its sentence if it fails.
    """
    command = [sys.executable, "-m", "ioc", "dashboards", "build"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if done.returncode:
        raise IocError(f"the files are written, but not the dashboards: {done.stderr.strip()}")
    return done.stdout
