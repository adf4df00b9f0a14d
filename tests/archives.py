"""Java archives that Maven fetches once; they are checked and kept in the user's cache."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FETCH = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
JAVA = 17
FETCH_S = 300


class NoArchives(Exception):  # noqa: N818 - a reason to skip, not an error
    """Why they can't be had or run on this machine, in one sentence."""


@dataclass(frozen=True)
class Archives:
    """The dependencies of ``pom.xml`` in ``folder``, with the SHA-256 sums of ``jars.sha256``."""

    name: str
    folder: Path

    @cache  # noqa: B019 - there are two of them, as long as the process
    def classpath(self) -> str:
        """Java's class path. Raises NoArchives."""
        _require_java(self.name)
        listed = self.folder / "jars.sha256"
        lines = (line.split() for line in listed.read_text().splitlines())
        sums = {name: digest for digest, name in lines}
        version = hashlib.sha256(listed.read_bytes()).hexdigest()[:12]
        cached = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        folder = cached / "hoabinh-ioc" / f"{self.folder.name}-{version}"
        if not folder.is_dir():
            self._fetch(folder, sums)
        return ":".join(str(folder / name) for name in sums)

    def _fetch(self, folder: Path, sums: dict[str, str]) -> None:
        if not shutil.which("mvn"):
            raise NoArchives(f"there is no Maven (mvn) to fetch {self.name} with")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as work:
            fetched = Path(work) / "jars"
            self._run_maven(fetched)
            found = {path.name: _digest(path) for path in fetched.iterdir()}
            if wrong := {n for n in sums.keys() | found if found.get(n) != sums.get(n)}:
                raise NoArchives(f"Maven fetched others than jars.sha256 lists: {sorted(wrong)}")
            try:
                fetched.rename(folder)
            except OSError:  # another run was faster
                if not folder.is_dir():
                    raise

    def _run_maven(self, fetched: Path) -> None:
        pom = str(self.folder / "pom.xml")
        command = ["mvn", "-q", "-B", "--strict-checksums", "-f", pom, FETCH]
        options = ["-DincludeScope=runtime", f"-DoutputDirectory={fetched}"]
        try:
            done = subprocess.run(
                [*command, *options], capture_output=True, text=True, timeout=FETCH_S, check=False
            )
        except subprocess.TimeoutExpired:
            raise NoArchives(f"Maven could not fetch {self.name} within {FETCH_S} s") from None
        if done.returncode:
            said = next((line for line in done.stdout.splitlines() if "ERROR" in line), "no reason")
            raise NoArchives(f"Maven could not fetch {self.name}: {said[:300]}")


def _require_java(name: str) -> None:
    if not shutil.which("java"):
        raise NoArchives(f"there is no Java; {name} needs {JAVA} or newer")
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    version = told.partition('"')[2].partition(".")[0]
    if not version.isdigit() or int(version) < JAVA:
        raise NoArchives(
            f"Java is {version or 'of an unknown version'}; {name} needs {JAVA} or newer"
        )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
