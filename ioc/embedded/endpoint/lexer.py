"""Splits a statement into ClickHouse's tokens, far enough to tell clauses apart.

It determines formats and where an insert's data begins. It guards nothing: the engine's own parser
decides what a reader may do (see `readers`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# No alternative backtracks, because with backtracking a hostile statement could take minutes.
BLANK = rb"[\s\0]+ | --[^\n]* | \#[ !][^\n]* | /\*.*?(?:\*/|\Z)"
QUOTED = rb"""
    '(?:[^'\\]|\\.|'')*(?:'|\\?\Z) | "(?:[^"\\]|\\.|"")*(?:"|\\?\Z)
  | `(?:[^`\\]|\\.|``)*(?:`|\\?\Z)
"""
_TOKEN = re.compile(
    rb"(?P<blank>%b) | (?P<quoted>%b) | (?P<word>[A-Za-z_][A-Za-z0-9_$]*)"
    rb"| (?P<number>\d[\w.]*) | (?P<sign>.)" % (BLANK, QUOTED),
    re.DOTALL | re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    """One meaningful token, with its position in the text."""

    kind: str
    text: bytes
    start: int
    end: int

    @property
    def keyword(self) -> bytes:
        """The text in capitals if it is a bare word, else nothing."""
        return self.text.upper() if self.kind == "word" else b""


def tokens(text: bytes) -> Iterator[Token]:
    """Every token of `text` except blanks and comments, in order."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "sign"
        if kind != "blank":
            yield Token(kind, match[0], match.start(), match.end())
