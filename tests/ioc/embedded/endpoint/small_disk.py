"""A small file system, to be filled."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NoMount(Exception):  # noqa: N818 - a reason to skip, not an error
    """Why no file system can be mounted here."""


@contextmanager
def mounted(folder: Path, size_mb: int) -> Iterator[Path]:
    """A file system of ``size_mb`` at a new folder. Raises NoMount."""
    disk = folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "tmpfs", str(disk)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoMount(f"mounting a small file system needs root's rights: {error}") from None
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """No file below the folder can be created or opened for writing; open files stay open."""
    place = str(folder)
    subprocess.run(["mount", "--bind", place, place], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", place], check=True)
        yield
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def fill(disk: Path, left: int) -> Path:
    """Take all room of the disk but `left` bytes."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            file.truncate(max(0, file.tell() - left))
    return filler


def batch(number: int, rows: int) -> bytes:
    """Lines whose text does not compress to nothing."""
    first = number * rows
    return b"".join(
        b'{"n":%d,"s":"%064x"}\n' % (n, (n * 0x9E3779B97F4A7C15**3) % 2**256)
        for n in range(first, first + rows)
    )
