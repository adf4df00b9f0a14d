"""``python -m tests.fuzz.guided -runs=200000``: inputs bred by the branches that they reach.

Needs atheris, which is no dependency: pip install atheris. Options are libFuzzer's.
"""

import sys
import tempfile
from pathlib import Path

import atheris
import orjson

with atheris.instrument_imports(
    include=["streams.verdicts.contract", "contracts.events.checked", "contracts.events.columns"]
):
    from streams.verdicts.contract import Checker, Refusal, Verdict

from contracts.events.checked import written
from contracts.reference.province import load_reference
from contracts.registry import FEEDS
from tests.contracts.samples import SAMPLES
from tests.fuzz.__main__ import fuzz_settings
from tests.fuzz.verdicts import Verdicts

KEY = b"148"
SETTINGS = fuzz_settings()
CODES = load_reference(SETTINGS).units.accepted
CHECKERS = [Checker(feed, CODES, SETTINGS.max_event_bytes, 1) for feed in FEEDS]
WANTED = [Verdicts(feed, CODES, SETTINGS.max_event_bytes) for feed in FEEDS]
GOOD = [
    next(orjson.dumps(sample) for (of, _), sample in SAMPLES.items() if of == feed.name)
    for feed in FEEDS
]


def try_one(data: bytes) -> None:
    """Check a value alone and between others; the first byte selects the feed."""
    if not data:
        return
    feed, value = data[0] % len(FEEDS), data[1:]
    (alone,) = CHECKERS[feed].check([KEY], [value])
    among = CHECKERS[feed].check([KEY] * 3, [GOOD[feed], value, GOOD[feed]])
    assert _said(alone) == _said(among[1]), "another verdict among neighbours"
    assert not isinstance(among[0], Refusal)
    assert not isinstance(among[2], Refusal)
    reason = alone.reason if isinstance(alone, Refusal) else None
    assert reason == WANTED[feed].of(KEY, value), f"{reason} is not right"


def _said(verdict: Verdict) -> bytes:
    return repr(verdict).encode() if isinstance(verdict, Refusal) else written([verdict])


def main() -> None:
    """Fuzz from the sample events; ends the process."""
    names = [feed.name for feed in FEEDS]
    with tempfile.TemporaryDirectory() as corpus:
        for n, ((feed, _), sample) in enumerate(SAMPLES.items()):
            seed = bytes([names.index(feed)]) + orjson.dumps(sample)
            (Path(corpus) / f"{n}").write_bytes(seed)
        atheris.Setup([*sys.argv, "-max_len=4096", "-print_final_stats=1", corpus], try_one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
