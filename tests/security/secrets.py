"""Marked secrets, and the search for them in all that a stack says."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

MARK = "m4rk3d"


def marked(name: str) -> str:
    """A secret that can be found again."""
    return f"{MARK}-{name}-s3cret"


def leaks(folder: Path, said: Mapping[str, str]) -> list[str]:
    """Places where a marked secret is readable: the output, log files, arguments of processes.

    Files of a folder named ``secrets`` are exempt: secrets belong there.
    """
    found = [what for what, text in said.items() if MARK in text]
    for path in _files(folder):
        if path.suffix in (".log", ".1", ".json") and "secrets" not in path.parts:
            found += [str(path)] if MARK in path.read_text(errors="replace") else []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += [str(path)] if MARK.encode() in path.read_bytes() else []
        except OSError:  # it ended meanwhile
            continue
    return found


def _files(folder: Path) -> Iterator[Path]:
    """All files; a folder that ClickHouse takes away meanwhile is passed over, as os.walk does."""
    for root, _, names in os.walk(folder):
        yield from (Path(root, name) for name in names)


def write_secrets(folder: Path, **secrets: str) -> str:
    """A file each, as Docker and systemd lay them; gives the folder for IOC_SECRETS_DIR."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, secret in secrets.items():
        (folder / name).write_text(f"{secret}\n")
    return str(folder)
