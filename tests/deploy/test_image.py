"""The image of the app services, and what may enter its build."""

import re
import tomllib

import pytest

from tests.deploy.files import ROOT, services

LINES = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "").splitlines()
STEPS = [line for line in LINES if line and not line.startswith("#")]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def arguments(instruction: str) -> list[str]:
    return [s.partition(" ")[2].strip() for s in STEPS if s.startswith(f"{instruction} ")]


def test_the_last_stage_is_slim_unprivileged_and_starts_the_ioc_command() -> None:
    assert arguments("FROM") == ["python:3.11-slim AS build", "python:3.11-slim"]
    assert arguments("USER") == ["10001:10001"]
    assert arguments("ENTRYPOINT") == ['["ioc"]']
    assert STEPS.index("USER 10001:10001") > STEPS.index("FROM python:3.11-slim")
    assert any("PYTHONUNBUFFERED=1" in env for env in arguments("ENV"))
    assert not arguments("HEALTHCHECK")


def test_dependencies_are_installed_by_hash_before_the_project() -> None:
    pip = [run for run in arguments("RUN") if "pip install" in run]
    assert [run.partition("pip install ")[2] for run in pip] == [
        "--require-hashes -r requirements.lock",
        "--no-deps .",
    ]


def test_the_server_runs_the_versions_that_the_tests_run() -> None:
    served, tested = (
        set(re.findall(r"^[\w.-]+==\S+", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert served < tested


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_pins_every_dependency_by_hash_and_names_no_registry(name: str) -> None:
    lock = (ROOT / name).read_text(encoding="utf-8")
    pins = [line for line in lock.replace("\\\n", "").splitlines() if re.match(r"\w", line)]
    assert all(re.match(r"[\w.\[\]-]+==\S+ .*--hash=sha256:", pin) for pin in pins)
    locked = {re.split(r"[\[=]", pin)[0].lower() for pin in pins}
    wanted = {re.split(r"[\[<>=]", need)[0].lower() for need in PROJECT["project"]["dependencies"]}
    assert wanted <= locked
    assert "://" not in lock


def test_versions_agree() -> None:
    version = PROJECT["project"]["version"]
    assert services()["topics"]["image"] == f"{PROJECT['project']['name']}:{version}"
    (labels,) = arguments("LABEL")
    assert f'org.opencontainers.image.version="{version}"' in labels


def test_only_listed_paths_enter_the_build() -> None:
    text = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    rules = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert rules[0] == "*"
    let_in = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    packages = {
        p.removesuffix("*") for p in PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]
    }
    assert let_in == packages | {
        "pyproject.toml",
        "requirements.lock",
        PROJECT["project"]["readme"],
    }


@pytest.mark.parametrize("package", sorted(PROJECT["tool"]["setuptools"]["package-data"]))
def test_the_image_holds_what_a_package_reads(package: str) -> None:
    patterns = PROJECT["tool"]["setuptools"]["package-data"][package]
    packed = {file for pattern in patterns for file in (ROOT / package).glob(pattern)}
    read = {
        file
        for file in (ROOT / package).rglob("*")
        if file.is_file() and file.suffix not in {".py", ".pyc", ".md"}
    }
    assert read == packed
    assert read


def test_no_file_names_a_registry_host() -> None:
    images = [*arguments("FROM"), *(service["image"] for service in services().values())]
    assert not [image for image in images if re.search(r"[.:][^/]*/", image)]
