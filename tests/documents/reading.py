"""Blocks and commands of the project's documents."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from tests.processes import ROOT

FOLDERS = ("docs", "benchmarks", "dashboards")
OPERATORS = frozenset("();|&$")
KEYWORDS = {"for", "do", "done"}
PROMPT = "$ "
_FENCED = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(?P<text>(?:ioc|make|curl|python -m|docker compose)\s[^`]*)`")


@dataclass(frozen=True)
class Block:
    """A fenced block; ``language`` is what follows the fence."""

    document: str
    line: int
    language: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.document}:{self.line}"


@dataclass(frozen=True)
class Command:
    """A program with its arguments; ``settings`` are the variables that stand before it."""

    name: str
    settings: tuple[tuple[str, str], ...]
    program: str
    arguments: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join((self.program, *self.arguments))


def documents() -> list[Path]:
    """All Markdown of the project, except the changelog, which describes the past."""
    found = [path for path in ROOT.glob("*.md") if path.name != "CHANGELOG.md"]
    return sorted(found + [path for name in FOLDERS for path in (ROOT / name).rglob("*.md")])


def blocks(*languages: str) -> list[Block]:
    """All blocks in these languages; in any if none is given."""
    found = [block for path in documents() for block in _blocks_of(path)]
    return [block for block in found if not languages or block.language in languages]


def statements() -> list[str]:
    """Every SQL statement of the documents."""
    parts = [part.strip() for block in blocks("sql") for part in block.text.split(";\n")]
    return [part for part in parts if part]


def block_commands() -> list[Command]:
    """Every command of the blocks."""
    shown = [
        (block.name, line) for block in blocks("bash") for line in _joined(block.text).splitlines()
    ]
    shown += [
        (block.name, line.removeprefix(PROMPT))
        for block in blocks("console")
        for line in _joined(block.text).splitlines()
        if line.startswith(PROMPT)
    ]
    return [command for name, line in shown for command in commands_of(line, name)]


def inline_commands() -> list[Command]:
    """Every command in a sentence or a table, with NAME for each ``<name>``."""
    found: list[Command] = []
    for path in documents():
        prose = _FENCED.sub("", path.read_text(encoding="utf-8"))
        for match in _INLINE.finditer(prose):
            text = re.sub(r"<(\w+)>", lambda name: name[1].upper(), " ".join(match["text"].split()))
            found += commands_of(text, _relative(path))
    return found


def commands_of(line: str, name: str) -> Iterator[Command]:
    """The commands of one line of shell. Comments and redirections are left out."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words: list[str] = []
    is_target = False
    for word in [*lexer, ";"]:
        if is_target:
            is_target = False
        elif word in {">", ">>", "<"}:
            is_target = True
        elif word in KEYWORDS or OPERATORS.issuperset(word):
            if words and "in" not in words[1:2]:  # not the variable of a loop
                yield _command(words, name)
            words = []
        else:
            words.append(word)


def _command(words: list[str], name: str) -> Command:
    settings = []
    while "=" in words[0]:
        key, _, value = words.pop(0).partition("=")
        settings.append((key, value))
    return Command(name, tuple(settings), PurePath(words[0]).name, tuple(words[1:]))


def _blocks_of(path: Path) -> Iterator[Block]:
    text = path.read_text(encoding="utf-8")
    for match in _FENCED.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield Block(_relative(path), line, match["language"], match["text"])


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _joined(text: str) -> str:
    """The text with continued lines put together."""
    return re.sub(r"\\\n\s*", "", text)
