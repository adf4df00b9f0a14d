"""Apache Kafka's Java archives: fetched once by Maven, checked, and kept in the user's cache.

``python -m tests.kafka.artefacts`` fetches them, or says why it can't and ends with exit code 1.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
POM, SUMS = HERE / "pom.xml", HERE / "jars.sha256"
FETCH = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
JAVA = 17
FETCH_S = 300


class NoKafka(Exception):  # noqa: N818 - a reason to skip, not an error
    """Why no Apache Kafka can run on this machine, in one sentence."""


@cache
def classpath() -> str:
    """Java's class path of a broker. Raises NoKafka."""
    _require_java()
    sums = _sums()
    version = hashlib.sha256(SUMS.read_bytes()).hexdigest()[:12]
    cached = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cached / "hoabinh-ioc" / f"kafka-{version}"
    if not folder.is_dir():
        _fetch(folder, sums)
    return ":".join(str(folder / name) for name in sums)


def _require_java() -> None:
    if not shutil.which("java"):
        raise NoKafka(f"there is no Java; Apache Kafka needs {JAVA} or newer")
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    version = told.partition('"')[2].partition(".")[0]
    if not version.isdigit() or int(version) < JAVA:
        raise NoKafka(f"Java is {version or 'of an unknown version'}; Kafka needs {JAVA} or newer")


def _sums() -> dict[str, str]:
    """File name -> SHA-256, as ``sha256sum`` writes them."""
    lines = (line.split() for line in SUMS.read_text().splitlines())
    return {name: digest for digest, name in lines}


def _fetch(folder: Path, sums: dict[str, str]) -> None:
    if not shutil.which("mvn"):
        raise NoKafka("there is no Maven (mvn) to fetch Apache Kafka with")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        fetched = Path(work) / "jars"
        _run_maven(fetched)
        found = {path.name: hashlib.sha256(path.read_bytes()) for path in fetched.iterdir()}
        if wrong := {n for n in sums.keys() | found if _digest(found, n) != sums.get(n)}:
            raise NoKafka(f"Maven fetched other archives than {SUMS.name} lists: {sorted(wrong)}")
        try:
            fetched.rename(folder)
        except OSError:  # another run was faster
            if not folder.is_dir():
                raise


def _digest(found: dict[str, "hashlib._Hash"], name: str) -> str | None:
    return found[name].hexdigest() if name in found else None


def _run_maven(fetched: Path) -> None:
    command = ["mvn", "-q", "-B", "--strict-checksums", "-f", str(POM), FETCH]
    options = ["-DincludeScope=runtime", f"-DoutputDirectory={fetched}"]
    try:
        done = subprocess.run(
            [*command, *options], capture_output=True, text=True, timeout=FETCH_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise NoKafka(f"Maven could not fetch Apache Kafka within {FETCH_S} s") from None
    if done.returncode:
        said = next((line for line in done.stdout.splitlines() if "ERROR" in line), "no reason")
        raise NoKafka(f"Maven could not fetch Apache Kafka: {said[:300]}")


if __name__ == "__main__":
    try:
        classpath()
    except NoKafka as reason:
        sys.exit(str(reason))
