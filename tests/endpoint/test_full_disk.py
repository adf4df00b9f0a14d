"""A full disk: what was answered as stored is stored, and it goes on when there is room."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.endpoint.conftest import Start
from tests.endpoint.running import Running

NO_SPACE = "243"
ROWS = 2000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"mounting a small file system needs root's rights: {error}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


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


def batch(number: int) -> bytes:
    """Lines whose text does not compress to nothing."""
    first = number * ROWS
    return b"".join(
        b'{"n":%d,"s":"%064x"}\n' % (n, (n * 0x9E3779B97F4A7C15**3) % 2**256)
        for n in range(first, first + ROWS)
    )


def insert(endpoint: Running, number: int) -> bool:
    """Whether the endpoint says that it stored the batch. An error must say why not."""
    reply = endpoint.http(batch(number), query="INSERT INTO t FORMAT JSONEachRow")
    if reply.status != 200:
        assert reply.code == NO_SPACE, reply.body
    return reply.status == 200


@pytest.mark.parametrize("left", [0, 100_000, 300_000, 1_000_000])
def test_nothing_answered_as_stored_is_lost(small_disk: Path, start: Start, left: int) -> None:
    endpoint = start(small_disk / "data")
    made = endpoint.http("CREATE TABLE t (n UInt32, s String) ENGINE = MergeTree ORDER BY n")
    assert made.status == 200
    stored = {number for number in range(2) if insert(endpoint, number)}
    assert stored == {0, 1}
    filler = fill(small_disk, left)
    stored |= {number for number in range(2, 40) if insert(endpoint, number)}
    assert len(stored) < 40, "the disk was not full"
    filler.unlink()
    for number in sorted(set(range(40)) - stored):
        assert insert(endpoint, number)
    assert endpoint.http("SELECT count(), uniqExact(n), sum(length(s)) FROM t").body == (
        b"%d\t%d\t%d\n" % (40 * ROWS, 40 * ROWS, 40 * ROWS * 64)
    )
