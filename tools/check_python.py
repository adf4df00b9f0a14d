"""Says in one sentence why this Python can't run the project. Itself, it runs on any Python."""

import platform
import sys

OLDEST, NEWEST = (3, 11), (3, 14)
MACHINES = {"Linux": ("x86_64", "aarch64"), "Darwin": ("arm64",)}

name, version = platform.python_implementation(), sys.version_info[:2]
system, machine = platform.system(), platform.machine()

if name != "CPython" or not OLDEST <= version <= NEWEST:
    sys.exit(
        "CPython {}.{} to {}.{} is needed, for which all packages have wheels; {} is {} {}.{}: "
        "name another one, as in make PYTHON=python3.{} run".format(
            *(OLDEST + NEWEST + (sys.executable, name) + version + (NEWEST[1] - 1,))
        )
    )
if machine not in MACHINES.get(system, ()):
    sys.exit(
        system + " on " + machine + " can't be used, for some packages have no wheels for it: take "
        "Linux on x86_64 or aarch64, or macOS on arm64; on Windows, WSL"
    )
