"""A full disk: an insert answered as stored is stored, and inserts resume when there is space."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ioc.embedded.endpoint.conftest import Start
from tests.ioc.embedded.endpoint.running import Running
from tests.ioc.embedded.endpoint.small_disk import NoMount, batch, fill, mounted

NO_SPACE = "243"
ROWS = 2000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    try:
        with mounted(tmp_path, 64) as disk:
            yield disk
    except NoMount as error:
        pytest.skip(str(error))


def insert(endpoint: Running, number: int) -> bool:
    """Whether the endpoint says that it stored the batch. An error must say why not."""
    reply = endpoint.http(batch(number, ROWS), query="INSERT INTO t FORMAT JSONEachRow")
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


def test_the_last_room_is_kept_for_tidying_up(small_disk: Path, start: Start) -> None:
    endpoint = start(small_disk / "data", "--reserve-mb=20")
    endpoint.http("CREATE TABLE t (n UInt32, s String) ENGINE = MergeTree ORDER BY n")
    assert insert(endpoint, 0)
    filler = fill(small_disk, 15_000_000)
    reply = endpoint.http(batch(1, ROWS), query="INSERT INTO t FORMAT JSONEachRow")
    assert reply.code == NO_SPACE
    assert b"no insert is taken below 20 MB" in reply.body
    assert endpoint.http("OPTIMIZE TABLE t FINAL").status == 200
    assert endpoint.http("SELECT count() FROM t").body == b"%d\n" % ROWS
    filler.unlink()
    assert insert(endpoint, 1)
