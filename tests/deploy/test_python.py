"""The Pythons and machines that `make install` accepts, and its sentences to the others."""

import os
import platform
import runpy
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.deploy.files import ROOT

SCRIPT = ROOT / "tools" / "check_python.py"


def verdict() -> str:
    """The sentence, empty where this Python is taken."""
    said: str | None = runpy.run_path(str(SCRIPT))["refusal"]()
    return said or ""


def install(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    """`make install` into a folder of its own, as far as it gets without this Python."""
    command = ["make", "--silent", f"PYTHON={python}", f"VENV={folder / 'venv'}", "install"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


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


def test_a_python_without_its_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sysconfig, "get_config_var", {"Py_GIL_DISABLED": 1}.get)
    assert "is free-threaded CPython" in verdict()


def test_another_implementation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "python_implementation", lambda: "PyPy")
    assert "is PyPy" in verdict()


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


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has several C libraries")
@pytest.mark.parametrize("version", ["glibc 2.17", ""])
def test_an_old_c_library_and_another_one(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    if version:
        monkeypatch.setattr(os, "confstr", {"CS_GNU_LIBC_VERSION": version}.get)
    else:
        monkeypatch.setattr(os, "confstr_names", {})
    assert verdict().startswith("a Linux with glibc 2.28 or newer is needed")


def test_a_python_whose_system_keeps_venv_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    assert verdict() == "", "uv needs none"
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), "--venv"])
    major, minor = sys.version_info[:2]
    assert verdict().endswith(f"apt install python{major}.{minor}-venv")


def test_a_python_that_is_not_there(tmp_path: Path) -> None:
    ended = install(tmp_path, "/nope")
    assert ended.returncode == 2
    assert ended.stdout == (
        "there is no Python at /nope: name one that is there, as in make PYTHON=python3.13 run\n"
    )
    assert list(tmp_path.iterdir()) == []


def old_pythons() -> list[str]:
    """Pythons of this machine that are too old: those on PATH, and pyenv's."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    names = ["python2.7", *(f"python3.{minor}" for minor in range(4, 11))]
    found = [shutil.which(name) or "" for name in names]
    found += [str(path) for name in names for path in pyenv.glob(f"versions/*/bin/{name}")]
    return [
        path
        for path in found
        if path and subprocess.run([path, "-c", ""], capture_output=True).returncode == 0
    ]


def test_old_pythons_are_told_so(tmp_path: Path) -> None:
    olds = old_pythons()
    if not olds:
        pytest.skip("this machine has no Python that is too old")
    for python in olds:
        ended = install(tmp_path, python)
        assert ended.returncode == 2
        assert ended.stderr.startswith("CPython 3.11 to 3.14 is needed"), python
        assert list(tmp_path.iterdir()) == []
