"""Kills, a full disk, one that can't be written, a damaged file: no insert is lied about."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ioc.embedded.endpoint.conftest import Start
from tests.ioc.embedded.endpoint.faults import run
from tests.ioc.embedded.endpoint.running import DATABASE
from tests.ioc.embedded.endpoint.small_disk import NoMount, batch, mounted

ROWS = 50
"""Few: of a damaged block the engine tries whether one bit fell over, which takes its square."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    try:
        with mounted(tmp_path, 256) as folder:
            yield folder
    except NoMount as error:
        pytest.skip(str(error))


def test_what_was_answered_is_stored(disk: Path) -> None:
    counts, found = run(disk, faults=16, seed=3)
    assert found == []
    assert counts["answered as stored"] > 6
    assert counts["killed: half sent"] >= 1
    assert counts["damaged"] >= 1


@pytest.mark.parametrize("file", ["data.bin", "checksums.txt"])
def test_a_damaged_part_is_not_passed_over(start: Start, tmp_path: Path, file: str) -> None:
    """Damage that the engine meets while reading is an error; damage at its start is logged."""
    endpoint = start(tmp_path / "data")
    endpoint.http("CREATE TABLE t (n UInt64, s String) ENGINE = MergeTree ORDER BY n")
    for number in range(2):
        sql = "INSERT INTO t FORMAT JSONEachRow"
        assert endpoint.http(batch(number, ROWS), query=sql).status == 200
    sql = "SELECT path FROM system.parts WHERE table = 't' AND active ORDER BY name LIMIT 1"
    damaged = Path(endpoint.http(sql).body.decode().strip()) / file
    assert endpoint.stop() == 0
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 0xFF
    damaged.write_bytes(content)
    again = start(tmp_path / "data")
    read = again.http("SELECT count(), sum(n), sum(length(s)) FROM t")
    if file == "data.bin":
        assert read.status != 200, read.body
    else:
        assert f"table {DATABASE}.t lacks the rows of part" in again.log()
