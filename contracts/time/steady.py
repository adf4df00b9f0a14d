"""A clock that can't be set, and that continues while the machine is suspended.

Linux has CLOCK_BOOTTIME. On macOS, CLOCK_MONOTONIC continues through a sleep, but Python's own
``time.monotonic`` stands still. Elsewhere only ``time.monotonic`` is available.
"""

import sys
import time

_NAMED = "CLOCK_MONOTONIC" if sys.platform == "darwin" else "CLOCK_BOOTTIME"
_CLOCK: int | None = getattr(time, _NAMED, None)
NAME = _NAMED if _CLOCK else "time.monotonic, which may stand still while the machine is suspended"


def steady_s() -> float:
    """Seconds since an arbitrary moment, by the clock called ``NAME``."""
    return time.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)
