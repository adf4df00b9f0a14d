"""The ClickHouse engine over the deployed configuration, with the rights of one of its users.

The embedded engine knows no logins: all is done by ``default``, which here gets the grants that the
file gives to another. What the engine can't be asked: profiles' constraints, networks, passwords.
"""

import importlib
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tests.deploy.files import ROOT

DEPLOYED = ROOT / "deploy" / "clickhouse"


class ConfiguredEngine:
    """Opens data in ``folder / "data"``, a process for each call; backups lie below it too."""

    def __init__(self, folder: Path, user: str = "") -> None:
        """Without ``user`` everything is allowed, as to ``default`` inside the container."""
        self._folder = folder
        self.data = folder / "data"
        (folder / "config.d").mkdir(parents=True)
        deployed = (DEPLOYED / "config.d" / "ioc.xml").read_text(encoding="utf-8")
        (folder / "config.d" / "ioc.xml").write_text(deployed)
        (folder / "users.xml").write_text(_users(user))
        (folder / "config.xml").write_text(
            "<clickhouse><user_directories><users_xml>"
            f"<path>{folder / 'users.xml'}</path>"
            "</users_xml></user_directories></clickhouse>"
        )

    def run(self, statements: Sequence[str]) -> list[str]:
        """The answers to the statements, separated by tabs, or the engine's errors."""
        asked, answered = self._folder / "asked.json", self._folder / "answered.json"
        asked.write_text(json.dumps(statements))
        address = f"{self.data}?config-file={self._folder / 'config.xml'}"
        done = subprocess.run(
            [sys.executable, "-m", "tests.deploy.engine", address, str(asked), str(answered)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        found: list[str] = json.loads(answered.read_text())
        return found

    def refused(self, statements: Sequence[str]) -> dict[str, str]:
        """The statements that the user may not run, and the right that is missing."""
        answers = zip(statements, self.run(statements), strict=True)
        return {sql: answer for sql, answer in answers if "ACCESS_DENIED" in answer}


def _users(user: str) -> str:
    grants = ""
    if user:
        root = ElementTree.parse(DEPLOYED / "users.d" / "ioc.xml").getroot()
        found = root.find(f"users/{user}/grants")
        assert found is not None
        grants = ElementTree.tostring(found, encoding="unicode")
    return (
        "<clickhouse><profiles><default/></profiles><quotas><default/></quotas><users><default>"
        "<password></password><networks><ip>::/0</ip></networks><profile>default</profile>"
        f"<quota>default</quota>{grants}</default></users></clickhouse>"
    )


def _answer(address: str, asked: Path, answered: Path) -> None:
    library: Any = importlib.import_module("chdb")  # half a gigabyte, for this process only
    connection = library.connect(address)
    answers = []
    for sql in json.loads(asked.read_text()):
        try:
            answers.append(str(connection.query(sql, "TSV")).rstrip("\n"))
        except RuntimeError as error:
            answers.append(f"error: {error}")
    connection.close()
    answered.write_text(json.dumps(answers))


if __name__ == "__main__":
    _answer(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
