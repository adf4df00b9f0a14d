"""The values that a feed's contract accepts and refuses, field by field."""

from tests.contracts.test_feeds import accepts, raw
from tests.feeds.samples import SAMPLES

Bounds = tuple[str, str, list[object], list[object]]
"""Kind, field, values that are taken, values that are refused."""


def refusals(feed: str, bounds: Bounds) -> list[str]:
    """The values for which the contract differs from ``bounds``."""
    kind, name, good, bad = bounds
    answers = {str(v): accepts(feed, raw(SAMPLES[feed, kind] | {name: v})) for v in (*good, *bad)}
    wrong = [f"{name} refuses {v!r}" for v in good if not answers[str(v)]]
    return wrong + [f"{name} takes {v!r}" for v in bad if answers[str(v)]]
