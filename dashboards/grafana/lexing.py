"""Finds macros in SQL, outside comments, and their arguments in balanced brackets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_REGION = re.compile(
    r"""
      '(?:\\.|''|[^'\\])*'?        # a text, even without a closing quote
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
    """A macro in a text, including the brackets that directly follow it."""

    name: str
    inside: str
    """The text in the brackets; empty without brackets."""
    start: int
    end: int


def without_comments(sql: str) -> str:
    """``sql`` with blanks instead of comments; quoted text that looks like a comment stays."""
    return _REGION.sub(
        lambda match: " " * len(match[0]) if match["comment"] is not None else match[0], sql
    )


def calls(sql: str) -> Iterator[Call]:
    """Every macro in ``sql``, including nested ones, in the order of their beginnings."""
    for match in _NAME.finditer(sql):
        close = _closing(sql, match.end()) if sql[match.end() : match.end() + 1] == "(" else None
        if close is None:
            yield Call(match[1], "", match.start(), match.end())
        else:
            yield Call(match[1], sql[match.end() + 1 : close], match.start(), close + 1)


def arguments(inside: str) -> list[str]:
    """The arguments in a macro's brackets, split at commas outside inner brackets and quotes."""
    if not inside.strip():
        return []
    parts, begin = [], 0
    for at, mark, depth in _marks(inside):
        if mark == "," and depth == 0:
            parts.append(inside[begin:at])
            begin = at + 1
    return [part.strip() for part in [*parts, inside[begin:]]]


def _closing(sql: str, opening: int) -> int | None:
    """The index of the bracket that closes the one at ``opening``; None if there is none."""
    return next(
        (at for at, mark, depth in _marks(sql, opening) if mark == ")" and depth == 0), None
    )


def _marks(text: str, begin: int = 0) -> Iterator[tuple[int, str, int]]:
    """Brackets and commas outside quotes: index, sign, and the depth after it."""
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
