"""ClickHouse's drivers for Java, Go and Node against the endpoint, with their defaults."""

from collections.abc import Callable

import pytest

from tests.ioc.embedded.endpoint import drivers
from tests.ioc.embedded.endpoint.running import Running

STORED = "49995000 dòng 9999"
STREAMED = str(sum(range(300_000)))
UNKNOWN_NAME = "Unknown expression identifier `nope`"
LATE = "Value passed to 'throwIf' function is non-zero"


def seen(run: Callable[[Running], str], endpoint: Running) -> dict[str, str]:
    """Name of each check -> the driver's result."""
    try:
        lines = run(endpoint).splitlines()
    except drivers.NoToolchain as reason:
        pytest.skip(f"left out: {reason}")
    found = {}
    for line in lines:
        *name, check, rest = line.split(" ", 2 if run is not drivers.jdbc else 1)
        found[" ".join((*name, check))] = rest
    return found


def test_jdbc(endpoint: Running) -> None:
    found = seen(drivers.jdbc, endpoint)
    assert found["stored"] == STORED
    assert found["streamed"] == STREAMED
    assert UNKNOWN_NAME in found["error"]
    assert LATE in found["late"]
    assert found["day"] == "2026-11-20 00:00:00"
    assert found["columns"] == "ns"


def test_go(endpoint: Running) -> None:
    """LZ4 and ZSTD are ClickHouse's own framing, each with its checksum."""
    found = seen(drivers.go, endpoint)
    for method in ("none", "lz4", "zstd", "gzip", "deflate"):
        assert found[f"{method} stored"] == STORED
        assert found[f"{method} streamed"] == STREAMED
        assert UNKNOWN_NAME in found[f"{method} error"]
        assert found[f"{method} late"] != "none"
        assert found[f"{method} day"] == "2026-11-20T00:00:00+07:00"
        assert found[f"{method} columns"] == "ns"
    for method in (
        "none",
        "lz4",
        "zstd",
    ):  # the driver gives up on a gzip stream that is broken off
        assert "code: 395" in found[f"{method} late"]


def test_node(endpoint: Running) -> None:
    found = seen(drivers.node, endpoint)
    for method in ("plain", "gzip"):
        assert found[f"{method} stored"] == STORED
        assert found[f"{method} streamed"] == STREAMED
        assert UNKNOWN_NAME in found[f"{method} error"]
        assert found[f"{method} late"] != "none"
        assert found[f"{method} day"] == "2026-11-20 00:00:00"
    assert LATE in found["plain late"], "the driver gives up on a gzip stream that is broken off"
