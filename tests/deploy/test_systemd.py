"""The systemd units are valid, confined, and start existing commands."""

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.files import ROOT
from tests.deploy.test_commands import leaf

FOLDER = ROOT / "deploy" / "systemd"
SERVICES = sorted(FOLDER.glob("*.service"))
ANALYZE = shutil.which("systemd-analyze")


def parsed(path: Path) -> configparser.RawConfigParser:
    """The unit; of a key that is given twice, the last value."""
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # keys keep their case
    parser.read_string(path.read_text(encoding="utf-8"))
    return parser


def test_the_units_are_the_known_ones() -> None:
    names = {path.name for path in FOLDER.iterdir()}
    parts = {"produce", "worker@", "sink", "preview"}
    assert names == {"ioc.target", *(f"ioc-{part}.service" for part in parts)}


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_unit_starts_a_command_that_there_is_and_is_confined(path: Path) -> None:
    unit = parsed(path)
    service = unit["Service"]
    program, *words = service["ExecStart"].split()
    assert program == "/opt/ioc/bin/ioc"
    command, left = leaf(words)
    command.make_context(command.name, left)
    assert service["Restart"] == "always"
    assert service["User"] == "ioc"
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert unit["Install"]["WantedBy"] == unit["Unit"]["PartOf"] == "ioc.target"
    own = service["WorkingDirectory"]
    assert f"IOC_DATA_DIR={own} " in service["Environment"]
    assert own == f"/var/lib/{service['StateDirectory']}"


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    program = tmp_path / "ioc"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for path in FOLDER.iterdir():
        text = path.read_text(encoding="utf-8").replace("/opt/ioc/bin/ioc", str(program))
        (tmp_path / path.name.replace("@", "@1")).write_text(text, encoding="utf-8")
    units = [str(path) for path in tmp_path.iterdir() if path.suffix in {".service", ".target"}]
    done = subprocess.run(
        [str(ANALYZE), "verify", "--man=no", *units], capture_output=True, text=True
    )
    own = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "ioc" in line]
    assert done.returncode == 0, done.stderr
    assert own == []
