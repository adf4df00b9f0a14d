"""Makes the content of events safe to show on a terminal."""

SHOWN_BYTES = 200


def printable(content: str | bytes, longest: int = SHOWN_BYTES) -> str:
    """``content`` on one line, cut after ``longest`` bytes or characters.

    Control characters, marks that reverse or hide text, and bytes that are not UTF-8 are written as
    escapes such as ``\\x1b``.
    """
    cut = content[:longest]
    text = cut.decode(errors="backslashreplace") if isinstance(cut, bytes) else cut
    shown = "".join(char if char.isprintable() else _escape(char) for char in text)
    return f"{shown}…" if len(content) > longest else shown


def _escape(char: str) -> str:
    return ascii(char)[1:-1]
