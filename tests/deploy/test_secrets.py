"""deploy/make-secrets.sh makes passwords once."""

import re
import stat
import subprocess
from pathlib import Path

from tests.deploy.files import ROOT, load_yaml

NAMES = set(load_yaml("docker-compose.yml")["secrets"])


def make(folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [ROOT / "deploy" / "make-secrets.sh", folder]
    return subprocess.run(command, capture_output=True, text=True)


def contents(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in folder.iterdir() if file.name != ".gitignore"}


def test_it_makes_what_compose_asks_for_and_never_again(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    assert make(folder).returncode == 0
    first = contents(folder)
    assert first.keys() == NAMES
    assert all(re.fullmatch("[0-9a-f]{48}", value) for value in first.values())
    assert len(set(first.values())) == len(NAMES)
    assert make(folder).returncode == 0
    assert contents(folder) == first


def test_a_missing_one_is_made_beside_those_that_exist(tmp_path: Path) -> None:
    (tmp_path / "grafana_admin_password").write_text("chosen by hand")
    assert make(tmp_path).returncode == 0
    assert contents(tmp_path)["grafana_admin_password"] == "chosen by hand"
    assert contents(tmp_path).keys() == NAMES


def test_the_folder_admits_its_owner_only_and_containers_can_read_the_files(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    make(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    # Mounted as they are into containers that run as other users: 0600 would lock those out.
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in NAMES} == {0o444}
    assert (folder / ".gitignore").read_text() == "*\n"


def test_it_refuses_an_empty_secret(tmp_path: Path) -> None:
    (tmp_path / "grafana_secret_key").touch()
    done = make(tmp_path)
    assert done.returncode == 1
    assert "grafana_secret_key is empty" in done.stderr
