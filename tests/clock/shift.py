"""The wall clock of processes, shifted: by a small library that is preloaded into them."""

import ctypes
import os
import platform
import shutil
import struct
import subprocess
import time
from pathlib import Path

SOURCE = Path(__file__).with_name("wall_clock.c")
VARIABLE = "WALL_CLOCK_FILE"
SECOND_NS = 1_000_000_000


class NoShiftError(Exception):
    """Clocks can't be shifted here; one sentence says what is missing."""


def build(folder: Path) -> Path:
    """Compile the library into ``folder``. Raises NoShiftError."""
    system = f"{platform.system()} on {platform.machine()}"
    if system != "Linux on x86_64":
        raise NoShiftError(f"clocks are shifted on Linux on x86_64 only, and this is {system}")
    compiler = shutil.which("cc")
    if compiler is None:
        raise NoShiftError(
            "there is no C compiler: install one (Debian: apt install gcc libc6-dev)"
        )
    made = folder / "wall_clock.so"
    done = subprocess.run(
        [compiler, "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", SOURCE, "-o", made],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        first = next(iter(done.stderr.splitlines()), "no word of why")
        raise NoShiftError(f"{compiler} can't make a library here (libc6-dev missing?): {first}")
    return made


class Shift:
    """A file that says by how much clocks are shifted; who writes to it steps them all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            self._write(0)

    def environment(self, library: Path) -> dict[str, str]:
        """The environment with which a process and its children follow the shifted clock."""
        return {"LD_PRELOAD": str(library), VARIABLE: str(self.path)}

    def follow(self) -> None:
        """Let this process follow, which was started with the library, and its children to come."""
        failed = ctypes.CDLL(None).wall_clock_follow(os.fsencode(self.path))
        if failed:
            raise OSError(failed, os.strerror(failed), str(self.path))
        os.environ[VARIABLE] = str(self.path)

    @property
    def ns(self) -> int:
        """The shift of the clocks in nanoseconds."""
        (held,) = struct.unpack("q", self.path.read_bytes())
        return int(held)

    def step(self, seconds: float) -> None:
        """Set the clocks forward, or back."""
        self._write(self.ns + round(seconds * SECOND_NS))

    def set_to(self, instant_s: float) -> None:
        """Set the clocks to an instant (seconds since 1970); to be called by who follows."""
        real_ns = time.time_ns() - self.ns
        self._write(round(instant_s * SECOND_NS) - real_ns)

    def _write(self, ns: int) -> None:
        # in place: who follows has mapped this very file, and eight bytes are written at once
        with self.path.open("r+b" if self.path.exists() else "wb") as file:
            file.write(struct.pack("q", ns))
