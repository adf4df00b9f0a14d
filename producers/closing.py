"""When an item with a limit in working days is done."""

from random import Random

from producers.calendar import WORKING_DAY_S, add_working

LATEST_OVERRUN_DAYS = 4


def closing_ms(rng: Random, start_ms: int, due_ms: int, days: float, *, is_on_time: bool) -> int:
    """When the result is ready: within the limit, or some working days after it.

    Times are milliseconds since 1970; ``days`` are the working days between ``start_ms``, when the
    work begins, and the limit ``due_ms``.
    """
    if is_on_time:
        # 30 minutes may have passed since reception: leave an hour of the limit unused
        worked = (days * WORKING_DAY_S - 3600) * rng.betavariate(2.2, 1.6)
        return min(add_working(start_ms, worked), due_ms)
    overrun = min(rng.lognormvariate(0.2, 0.7), LATEST_OVERRUN_DAYS)
    return add_working(due_ms + 1, overrun * WORKING_DAY_S)
