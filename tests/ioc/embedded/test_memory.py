"""The sentence for too little memory, and the measured memory of a process."""

import os

import pytest

from contracts.errors import UnavailableError
from contracts.settings import load_settings
from ioc.embedded.memory import free_mb, require_memory, used_mb

TERABYTES = 100_000_000


def test_too_little_memory_is_one_sentence_that_names_the_settings() -> None:
    settings = load_settings(broker_memory_mb=TERABYTES)
    with pytest.raises(UnavailableError, match=r"needs 100,\d{3},\d{3} MB of memory") as refused:
        require_memory(settings)
    assert f"IOC_BROKER_MEMORY_MB={TERABYTES}" in str(refused.value)
    assert "IOC_CLICKHOUSE_MEMORY_MB=" in str(refused.value)


def test_a_process_takes_what_it_holds() -> None:
    before = used_mb(os.getpid())
    held = bytearray(os.urandom(1_000_000)) * 100
    assert 90 < used_mb(os.getpid()) - before < 120
    assert len(held) == 100_000_000
    assert used_mb(2**22 + 1) == 0, "no process has that number"


def test_there_is_some_left() -> None:
    assert 0 < free_mb() < TERABYTES
