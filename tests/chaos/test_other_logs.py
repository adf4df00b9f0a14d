"""How the end of a log is cut off."""

from pathlib import Path

import pytest

from contracts.wire.batches import whole_batches
from tests.chaos.other_logs import halve
from tests.fuzz import wire
from tests.fuzz.wire import Sent


def batch(base: int, producer: int = -1) -> bytes:
    attributes = 0x10 if producer >= 0 else 0
    return wire.batch(base, [Sent(b"a", b"1")], attributes=attributes, producer=producer)


PLAIN = [batch(n) for n in range(8)]
WITHIN = [*PLAIN[:2], batch(2, 7), batch(3), batch(4, 7), wire.marker(5, 7, commits=True), *PLAIN]
ENDED = [batch(0, 7), wire.marker(1, 7, commits=False), *PLAIN[2:4]]


@pytest.mark.parametrize(
    ("batches", "kept"), [(PLAIN, 4), (WITHIN[:8], 2), (ENDED, 2), (PLAIN[:1], 0), ([], 0)]
)
def test_half_of_a_log_is_kept_and_no_transaction_stays_open(
    tmp_path: Path, batches: list[bytes], kept: int
) -> None:
    segment = tmp_path / "00000000000000000000.log"
    segment.write_bytes(b"".join(batches))
    (tmp_path / "00000000000000000000.index").write_bytes(b"of the log as it was")
    halve(segment)
    held = segment.read_bytes()
    assert len(list(whole_batches(held))) == kept
    assert b"".join(batches).startswith(held)
    assert list(tmp_path.iterdir()) == [segment]
