"""Which Pythons and machines `make install` takes, and what it says to the others."""

import platform
import runpy
import sys

import pytest

from tests.deploy.files import ROOT

SCRIPT = ROOT / "tools" / "check_python.py"


def verdict() -> str:
    """The sentence, empty where this Python is taken."""
    try:
        runpy.run_path(str(SCRIPT))
    except SystemExit as end:
        return str(end.code)
    return ""


def test_this_python_is_taken() -> None:
    assert verdict() == ""


@pytest.mark.parametrize(
    ("version", "is_taken"),
    [((2, 7), False), ((3, 10), False), ((3, 11), True), ((3, 14), True), ((3, 15), False)],
)
def test_versions(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int], is_taken: bool
) -> None:
    monkeypatch.setattr(sys, "version_info", (*version, 0, "final", 0))
    said = verdict()
    assert (said == "") is is_taken
    if not is_taken:
        assert f"CPython {version[0]}.{version[1]}: name another one" in said


@pytest.mark.parametrize(
    ("system", "machine", "is_taken"),
    [
        ("Linux", "x86_64", True),
        ("Linux", "aarch64", True),
        ("Linux", "riscv64", False),
        ("Darwin", "arm64", True),
        ("Darwin", "x86_64", False),
        ("Windows", "AMD64", False),
    ],
)
def test_machines(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, is_taken: bool
) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    said = verdict()
    assert (said == "") is is_taken
    if not is_taken:
        assert said.startswith(f"{system} on {machine} can't be used")
