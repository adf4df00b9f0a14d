"""Every command in docker-compose.yml is one that the ioc command has."""

import importlib
from typing import Any

import pytest
import typer

from tests.deploy.files import APP, LONG_RUNNING, services


def leaf(words: list[str]) -> tuple[Any, list[str]]:
    """The command that these words name, and the words left for its arguments."""
    command: Any = typer.main.get_command(importlib.import_module("ioc.commands.cli").app)
    while hasattr(command, "commands"):
        if command.invoke_without_command and (not words or words[0].startswith("-")):
            break
        assert words, f"{command.name} needs a subcommand"
        assert words[0] in command.commands, f"ioc has no command {' '.join(words)}"
        command, words = command.commands[words[0]], words[1:]
    return command, words


@pytest.mark.parametrize("name", APP)
def test_a_service_runs_a_command_that_exists(name: str) -> None:
    command, left = leaf(services()[name]["command"])
    command.make_context(command.name, left)  # raises on a missing or unknown argument


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_a_health_check_runs_a_command_that_exists(name: str) -> None:
    command, left = leaf(services()[name]["healthcheck"]["test"][2:])
    assert left == [name]
    command.make_context(command.name, left)
