"""The deployment files, as data."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
APP = ("topics", "schema", "produce", "worker", "sink")
ONE_SHOT = ("topics", "schema")
LONG_RUNNING = ("produce", "worker", "sink")


def load_yaml(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    return data


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = load_yaml("docker-compose.yml")["services"]
    return found
