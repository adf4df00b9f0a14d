"""Imports run down only: from floor to floor, and within ``streams`` from room to room.

Floor 3 is ``ioc``, floor 2 ``streams``, ``producers``, ``sinks`` and ``dashboards``, floor 1
``contracts``. Nothing on floor 2 imports a sibling. Within ``streams``, the wiring and the process
import the two stages, the stages import the rest, and the rest never looks back.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = {"contracts": 1, "streams": 2, "producers": 2, "sinks": 2, "dashboards": 2, "ioc": 3}
ROOMS = {
    "panes": 1,
    "gauges": 1,
    "kafka": 1,
    "verdicts": 2,
    "partition": 3,
    "figures": 4,
    "process": 5,
    "app": 5,
}
"""For ``streams``: a room imports itself and rooms with a smaller number. ``app`` and ``process``
share a floor, since a process starts the app and the app ends the process.
"""
KNOWN_LIBRARIES = ("aiokafka", "faust.transport")


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports, even within functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("package", FLOORS)
def test_a_package_imports_lower_floors_only(package: str) -> None:
    others = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules(package)
        for name in imports(path)
        if (other := name.split(".")[0]) in FLOORS and other != package
        if FLOORS[other] >= FLOORS[package]
    }
    assert others == set()


def room(name: str) -> str:
    return name.split(".")[1].removesuffix(".py")


def test_rooms_of_streams_never_look_back() -> None:
    back = set()
    for path in modules("streams"):
        own = room(".".join(path.relative_to(ROOT).parts))
        for name in imports(path):
            if name.startswith("streams.") and ROOMS[room(name)] > ROOMS[own]:
                back.add(f"{path.relative_to(ROOT)}: {name}")
    assert back == set()


def test_one_room_knows_the_inside_of_the_kafka_libraries() -> None:
    knowing = {
        str(path.relative_to(ROOT))
        for path in modules("streams")
        if any(name.startswith(KNOWN_LIBRARIES) for name in imports(path))
    }
    assert knowing
    assert {name for name in knowing if not name.startswith("streams/kafka/")} == set()
