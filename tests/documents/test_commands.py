"""Every command of the documents is run, or looked up if it needs a server, Docker or hours."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from signal import SIGTERM

import pytest

from tests.deploy.files import services
from tests.deploy.test_commands import leaf
from tests.documents.reading import (
    Block,
    Command,
    block_commands,
    blocks,
    commands_of,
    inline_commands,
)
from tests.documents.rules import NOT_RUN, reason
from tests.e2e.running import Part, ioc_environment, run_ioc
from tests.processes import ROOT
from tests.waiting import until

COMMANDS = block_commands()
MENTIONS = inline_commands()
RUN = [command for command in COMMANDS if reason(command) is None]
FEEDS = "dossier,press,traffic"
PORT = "18123"
"""The port in the documents."""


def named(command: Command) -> str:
    return f"{command.name} {command.text}"


def of(program: str, *commands: list[Command]) -> list[Command]:
    return [each for listed in commands for each in listed if each.program == program]


@pytest.mark.parametrize("command", of("ioc", COMMANDS), ids=named)
def test_ioc_takes_a_command_as_it_stands(command: Command) -> None:
    parser, left = leaf(list(command.arguments))
    parser.make_context(parser.name, left)  # raises on a missing or unknown argument


@pytest.mark.parametrize("command", of("ioc", MENTIONS), ids=named)
def test_ioc_has_each_command_and_option_that_a_sentence_names(command: Command) -> None:
    parser, left = leaf([word for word in command.arguments if word != "…"])
    known = {name for parameter in parser.params for name in parameter.opts}
    assert {word for word in left if word.startswith("--")} <= known


@pytest.mark.parametrize("command", of("make", COMMANDS, MENTIONS), ids=named)
def test_make_has_each_target(command: Command) -> None:
    done = tried_by_make(*command.arguments)
    assert done.returncode == 0, done.stderr
    for word in command.arguments:
        if word.startswith("ARGS=") and "run" in command.arguments:
            parser, left = leaf(["up", *shlex.split(word.removeprefix("ARGS="))])
            parser.make_context(parser.name, left)
        elif word.startswith("ARGS="):
            look_up("benchmarks", shlex.split(word.removeprefix("ARGS=")))


@cache
def tried_by_make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Several documents name the same target."""
    return subprocess.run(
        ["make", "-n", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("command", of("python", COMMANDS, MENTIONS), ids=named)
def test_a_module_is_there_and_has_the_options(command: Command) -> None:
    dash, module, *words = command.arguments
    assert dash == "-m"
    assert find_spec(module), module
    if module != "pytest":
        look_up(module, words)
        return
    for word in words:
        assert word.startswith("-") or "river" in word or (ROOT / word).exists(), word


def look_up(module: str, words: list[str]) -> None:
    """Require that a module's own help names each option."""
    options = {word for word in words if word.startswith("--")}
    if options:
        assert options <= options_of(module), module


@cache
def options_of(module: str) -> set[str]:
    """All that a module's own help names."""
    shown = subprocess.run(
        [sys.executable, "-m", module, "--help"], cwd=ROOT, capture_output=True, text=True
    )
    assert shown.returncode == 0, shown.stderr
    return set(re.findall(r"--[\w-]+", shown.stdout))


@pytest.mark.parametrize("command", of("docker", COMMANDS, MENTIONS), ids=named)
def test_docker_compose_finds_its_files_and_services(command: Command) -> None:
    compose, *words = command.arguments
    pairs = [*pairwise(words)]
    files = [file for option, file in pairs if option == "-f"]
    named_services = [scale.partition("=")[0] for option, scale in pairs if option == "--scale"]
    named_services += [service for verb, service in pairs if verb in {"exec", "restart"}]
    assert compose == "compose"
    assert all((ROOT / file).is_file() for file in files)
    assert set(named_services) <= set(services())


def test_what_is_not_run_is_in_the_documents_and_names_what_proves_it() -> None:
    for pattern, why in NOT_RUN.items():
        assert [each for each in COMMANDS if reason(each) == why], f"no document says: {pattern}"
        for path in re.findall(r"tests/[\w/.]*\w", why):
            assert (ROOT / path).exists(), path


@pytest.mark.parametrize("command", RUN, ids=named)
def test_a_command_is_run_or_has_its_reason(command: Command) -> None:
    assert command.program in {"ioc", "curl"}, "run it here, or say in rules.py why not"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Leads to a stack of its own, with figures of three feeds."""
    folder = tmp_path_factory.mktemp("documents")
    environment = ioc_environment(folder, IOC_FEEDS=FEEDS, IOC_HISTORY_H="2", IOC_FREE_DISK_MB="1")
    with Part(environment, "up") as stack:
        until(lambda: "accepted" in stack.log, "figures are shown")
        yield environment | {"COLUMNS": "200"}
        stack.end(SIGTERM)


@pytest.mark.parametrize("command", of("ioc", RUN), ids=named)
def test_ioc_does_what_a_document_says(environment: dict[str, str], command: Command) -> None:
    """Figures and audits come in time. Offices are silent at night, which `ioc status` reports."""
    passes = {0, 1} if command.text == "ioc status" else {0}

    def succeeds() -> bool:
        done = run_ioc(environment | dict(command.settings), *command.arguments)
        return done.returncode in passes and "Traceback" not in done.stderr

    until(succeeds, command.text)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("command", of("curl", RUN), ids=named)
def test_curl_asks_clickhouse(environment: dict[str, str], command: Command) -> None:
    port = environment["IOC_CLICKHOUSE_PORT"]
    words = [word.replace(PORT, port) for word in command.arguments]
    done = subprocess.run(
        ["curl", "--silent", "--fail", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


@pytest.mark.parametrize("block", blocks("console"), ids=lambda block: block.name)
def test_columns_are_those_that_a_command_prints(environment: dict[str, str], block: Block) -> None:
    """An output in a document begins with the same line as the real one."""
    (first, *_), shown = [*commands_of(block.text.splitlines()[0][2:], block.name)], block.text
    if reason(first) is None:
        printed = run_ioc(environment | dict(first.settings), *first.arguments).stdout
        assert printed.splitlines()[0].split() == shown.splitlines()[1].split()
