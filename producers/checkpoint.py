"""The checkpoint: how far a feed has been published and acknowledged."""

import logging
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson
from pydantic import TypeAdapter, ValidationError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Checkpoint:
    """Times in milliseconds since 1970.

    ``origin_ms`` is the birth of the oldest item ever published; ``published_ms`` the publication
    time of the last message that Kafka acknowledged. ``plan`` names the draw (seed and rate): under
    another plan the same slot has other items.
    """

    plan: str
    origin_ms: int
    published_ms: int


def load(path: Path) -> Checkpoint | None:
    """The checkpoint in that file; None if it is missing or unusable."""
    try:
        return TypeAdapter(Checkpoint).validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        log.warning("%s can't be used and is left aside: %s", path, str(error).splitlines()[0])
        return None


def save(path: Path, checkpoint: Checkpoint) -> None:
    """Replace the file in one step, so that a crash leaves either the old or the new one whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.tmp")
    beside.write_bytes(orjson.dumps(asdict(checkpoint)))
    beside.replace(path)
