"""Finds where an insert's data begins, and which format a statement asks for."""

import re
from dataclasses import dataclass
from itertools import islice, zip_longest

from ioc.embedded.endpoint.errors import QueryError
from ioc.embedded.endpoint.lexer import BLANK, QUOTED, Token, tokens
from ioc.embedded.endpoint.status import SYNTAX_ERROR

_OPEN, _CLOSE = b"([{", b")]}"
_READING = {b"SELECT", b"WITH", b"FROM", b"SHOW", b"DESCRIBE", b"DESC", b"EXPLAIN", b"EXISTS"}
_QUERY_WORDS = {b"SELECT", b"WITH", b"FROM", b"WATCH"}
_DATA_START = re.compile(rb"[ \t\f]*;?[ \t\f]*\r?\n?")
VALUES = "Values"
_END = Token("sign", b"", 0, 0)
_BLANKS = re.compile(rb"(?:%b)*" % BLANK, re.DOTALL | re.VERBOSE)
_WORD = re.compile(rb"\w+")
# A reader may send a quarter of a million tokens, so everything between two marks is one match.
_MARKS = re.compile(
    rb"(?P<keyword>(?:FORMAT|SETTINGS|TOTALS)(?![\w$])) | (?P<end>;)"
    rb"| (?: %b | %b | (?!(?:FORMAT|SETTINGS|TOTALS)(?![\w$]))[A-Za-z_][\w$]* | \d[\w.]*"
    rb"| [^;A-Za-z_\d\s\0'\"`/\#-]+ | [/\#-] )+" % (BLANK, QUOTED),
    re.DOTALL | re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True)
class InsertHead:
    """The head `INSERT INTO t (a, b)`; its SETTINGS, its format, the index of its data."""

    statement: str
    settings: str
    format: str
    data_start: int

    @property
    def from_values(self) -> bool:
        """Whether the data is VALUES, whose fields may be expressions."""
        return self.format == VALUES


@dataclass(frozen=True)
class Tail:
    """The format of a query's result, and whether it has totals.

    `body` is the query without its format, up to a semicolon.
    """

    format: str | None
    totals: bool
    body: bytes


def _first_word(text: bytes) -> bytes:
    blanks = _BLANKS.match(text)
    word = _WORD.match(text, blanks.end() if blanks else 0)
    return word[0].upper() if word else b""


def reads(text: bytes) -> bool:
    """Whether the statement looks like a read; only selects the lane that it runs on."""
    return _first_word(text.lstrip(b"( \t\r\n")) in _READING


def inserts(text: bytes) -> bool:
    """Whether the statement begins as an INSERT."""
    return _first_word(text) == b"INSERT"


def insert_head(text: bytes) -> InsertHead | None:
    """Parse the head of an INSERT whose data follows; None for every other statement."""
    stream = tokens(text)
    if next(stream, _END).keyword != b"INSERT":
        return None
    first = next(stream, _END)
    if first.keyword == b"INTO":
        first = next(stream, _END)
    if first.keyword in (b"TABLE", b"FUNCTION"):
        first = next(stream, _END)
    depth, previous, settings = 0, first, 0
    for token in stream:
        depth += _step(token)
        if depth == 0 and previous.text != b".":
            if token.keyword in _QUERY_WORDS:
                return None
            if token.keyword == b"SETTINGS":
                settings = token.start
            if token.keyword == b"VALUES":
                return _head(text, settings, token.start, VALUES, token.end)
            if token.keyword == b"FORMAT":
                return _with_format(text, settings, token.start, next(stream, _END))
        previous = token
    return None


def _with_format(text: bytes, settings: int, end: int, name: Token) -> InsertHead | None:
    if name.kind != "word":
        return None
    gap = _DATA_START.match(text, name.end)
    return _head(text, settings, end, _text(name.text), gap.end() if gap else name.end)


def _head(text: bytes, settings: int, end: int, data_format: str, data_start: int) -> InsertHead:
    cut = settings or end
    return InsertHead(_text(text[:cut]), _text(text[cut:end]), data_format, data_start)


def tail(text: bytes) -> Tail:
    """The trailing clauses of a query. An unusual statement gives no format."""
    marks = [match for match in _MARKS.finditer(text) if match.lastgroup]
    words = [match[0].upper() for match in marks]
    end = marks[words.index(b";")].start() if b";" in words else len(text)
    format_: str | None = None
    span = (0, 0)
    for word, mark, after in zip_longest(words, marks, marks[1:]):
        closed_by = after[0].upper() if after else b";"
        if word == b"FORMAT" and closed_by in (b";", b"SETTINGS"):
            named = text[mark.end() : after.start() if after else None]
            name, *more = (*islice(tokens(named), 2), _END)
            if name.kind == "word" and more == [_END]:
                format_ = _text(name.text)
                span = (mark.start(), mark.end() + name.end)
    return Tail(format_, b"TOTALS" in words, text[: span[0]] + text[span[1] : end])


def _step(token: Token) -> int:
    if token.kind != "sign" or not token.text:
        return 0
    return int(token.text in _OPEN) - int(token.text in _CLOSE)


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        message = f"Syntax error: the statement is not UTF-8 at byte {error.start}."
        raise QueryError(SYNTAX_ERROR, "SYNTAX_ERROR", message) from None
