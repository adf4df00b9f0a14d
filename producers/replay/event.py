"""An event to be replayed."""

from typing import NamedTuple


class ReplayEvent(NamedTuple):
    """An event with the instant it occurred at (ms since 1970), ready to be published."""

    at_ms: int
    district: str
    kind: str
    event_id: str
    value: bytes
