"""An agent's error ends the process, in one sentence if an operator can correct it."""

import subprocess
import sys

import pytest

from streams.process.ending import EXIT_FATAL

SCRIPT = """
import asyncio, logging
from types import SimpleNamespace
from streams.app import _is_done
from streams.gauges.keys import ChangedGaugesError

logging.basicConfig()

async def work():
    raise {error}

asyncio.run(_is_done(SimpleNamespace(should_stop=False), work(), "on a topic"))
"""


@pytest.mark.parametrize(
    ("error", "said", "lines"),
    [
        ("ChangedGaugesError('feed x: run `ioc rebuild`')", "feed x: run `ioc rebuild`", 1),
        ("ValueError('unforeseen')", "on a topic: unforeseen error; the process ends", 5),
    ],
)
def test_the_process_ends_and_says_why(error: str, said: str, lines: int) -> None:
    script = SCRIPT.format(error=error)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == EXIT_FATAL
    assert said in done.stderr
    assert done.stderr.count("\n") >= lines
    assert ("Traceback" in done.stderr) == (lines > 1)
