"""Says in one sentence why this Python can't run the project. Runs on any Python itself."""

import os
import platform
import sys
import sysconfig

OLDEST, NEWEST = (3, 11), (3, 14)
MACHINES = {"Linux": ("x86_64", "aarch64"), "Darwin": ("arm64",)}
GLIBC = (2, 28)
"""The least version for which the packages' wheels for Linux are built."""


def refusal():
    # type: () -> str | None
    """The reason and what to do; None if this Python can be used."""
    name, version = platform.python_implementation(), sys.version_info[:2]
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        name = "free-threaded " + name
    if name != "CPython" or not OLDEST <= version <= NEWEST:
        return (
            "CPython {}.{} to {}.{} is needed, for which all packages have wheels; {} is {} {}.{}: "
            "name another one, as in make PYTHON=python3.{} run".format(
                *(OLDEST + NEWEST + (sys.executable, name) + version + (NEWEST[1] - 1,))
            )
        )
    system, machine = platform.system(), platform.machine()
    if sys.maxsize < 2**32:
        machine += " with a Python of 32 bits"
    if machine not in MACHINES.get(system, ()):
        return (
            system + " on " + machine + " can't be used, for some packages have no wheels for it: "
            "take Linux on x86_64 or aarch64, or macOS on arm64; on Windows, WSL"
        )
    if system == "Linux" and glibc() < GLIBC:
        return (
            "a Linux with glibc {}.{} or newer is needed, for which all packages have wheels: take "
            "Debian 10, Ubuntu 20.04, RHEL 8 or a later one (not Alpine)".format(*GLIBC)
        )
    import importlib.util  # missing in Python 2

    if "--venv" in sys.argv and importlib.util.find_spec("ensurepip") is None:
        return (
            "{} can't make a virtual environment: install what its system keeps apart, on Debian "
            "and Ubuntu with apt install python{}.{}-venv".format(sys.executable, *version)
        )
    return None


def glibc():
    # type: () -> tuple[int, ...]
    """The version of glibc; empty with another C library."""
    if "CS_GNU_LIBC_VERSION" not in os.confstr_names:
        return ()
    return tuple(map(int, (os.confstr("CS_GNU_LIBC_VERSION") or "").split()[-1].split(".")[:2]))


if __name__ == "__main__":
    sys.exit(refusal())
