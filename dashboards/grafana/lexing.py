"""Where macros stand in SQL: outside comments, with arguments in balanced brackets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_REGION = re.compile(
    r"""
      '(?:\\.|''|[^'\\])*'?        # a text, also one that nobody closed
    | "(?:\\.|""|[^"\\])*"?
    | `(?:``|[^`])*`?
    | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$
    | (?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_NAME = re.compile(r"\$__(\w+)", re.ASCII)


@dataclass(frozen=True)
class Call:
    """A macro in a text, with its brackets if they follow at once."""

    name: str
    inside: str
    """What stands in the brackets; empty without any."""
    start: int
    end: int


def without_comments(sql: str) -> str:
    """``sql`` with comments blanked out; quoted text that looks like one stays."""
    return _REGION.sub(
        lambda match: " " * len(match[0]) if match["comment"] is not None else match[0], sql
    )


def calls(sql: str) -> Iterator[Call]:
    """Every macro in ``sql``, in the order in which they begin, nested ones too."""
    for match in _NAME.finditer(sql):
        close = _closing(sql, match.end()) if sql[match.end() : match.end() + 1] == "(" else None
        if close is None:
            yield Call(match[1], "", match.start(), match.end())
        else:
            yield Call(match[1], sql[match.end() + 1 : close], match.start(), close + 1)


def arguments(inside: str) -> list[str]:
    """The arguments in a macro's brackets; commas in inner brackets and quotes divide nothing."""
    if not inside.strip():
        return []
    parts, begin = [], 0
    for at, mark, depth in _marks(inside):
        if mark == "," and depth == 0:
            parts.append(inside[begin:at])
            begin = at + 1
    return [part.strip() for part in [*parts, inside[begin:]]]


def _closing(sql: str, opening: int) -> int | None:
    """Where the bracket at ``opening`` is closed; None where it never is."""
    return next(
        (at for at, mark, depth in _marks(sql, opening) if mark == ")" and depth == 0), None
    )


def _marks(text: str, begin: int = 0) -> Iterator[tuple[int, str, int]]:
    """Brackets and commas outside quotes, each with the depth that it leaves behind."""
    depth, quoted = 0, ""
    for at in range(begin, len(text)):
        mark = text[at]
        if quoted:
            quoted = "" if mark == quoted else quoted
        elif mark in "'\"":
            quoted = mark
        elif mark in "(),":
            depth += {"(": 1, ")": -1, ",": 0}[mark]
            yield at, mark, depth
