"""Limits of alerts that belong to no contract, read from ``limits.json``."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contracts.errors import DataFileError

FILE = Path(__file__).parent / "limits.json"


class Limits(BaseModel):
    """Limits beyond which alerts fire.

    ``fewest_events``: a share of fewer events fires no alert. ``standstill_s``: seconds without a
    new figure. ``audit_age_s``: seconds since the last audit.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fewest_events: Annotated[int, Field(ge=1)]
    standstill_s: Annotated[int, Field(ge=60)]
    audit_age_s: Annotated[int, Field(ge=60)]


def load_limits(path: Path = FILE) -> Limits:
    """Read the limits. Raises DataFileError, which names the file and the key."""
    try:
        return Limits.model_validate_json(path.read_bytes())
    except OSError as error:
        raise DataFileError(f"{path}: cannot be read: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise DataFileError(f"{path}, {key or 'file'}: {first['msg']}") from None
