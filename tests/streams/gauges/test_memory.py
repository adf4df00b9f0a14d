"""The stored entries of a gauge's state take no more memory than their length."""

import tracemalloc

from streams.gauges import state as gauge_states

ENTRIES = 1_000


def test_a_kept_entry_holds_its_own_bytes_only() -> None:
    """orjson's own results hold 4 KB each, which made items of 50 bytes take a gigabyte.

    Only what is taken in that module counts: other threads of the test's process take memory too.
    """
    tracemalloc.start()
    try:
        kept = [gauge_states.encoded(("148", number)) for number in range(ENTRIES)]
        taken = tracemalloc.take_snapshot()
    finally:
        tracemalloc.stop()
    own = taken.filter_traces(
        [tracemalloc.Filter(inclusive=True, filename_pattern=gauge_states.__file__)]
    )
    assert kept[7] == b'["148",7]'
    assert ENTRIES * 30 < sum(trace.size for trace in own.traces) < ENTRIES * 150
