"""What is kept of a gauge's state takes no more memory than it is long."""

import tracemalloc

from streams.keepers import encoded

ENTRIES = 1_000


def test_a_kept_entry_holds_its_own_bytes_only() -> None:
    """orjson's own results hold 4 KB each, which made items of 50 bytes take a gigabyte."""
    tracemalloc.start()
    try:
        kept = [encoded(("148", number)) for number in range(ENTRIES)]
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept[7] == b'["148",7]'
    assert taken < ENTRIES * 150
