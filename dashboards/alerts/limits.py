"""The limits of alerts that no contract holds, as data: ``limits.json``."""

from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from contracts.errors import DataFileError

FILE = Path(__file__).parent / "limits.json"


class Hours(BaseModel):
    """When a feed is expected to speak: local time, weekdays from 1 (Monday) to 7."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    opens: time
    closes: time
    weekdays: Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("opens has to lie before closes")
        return self


class Limits(BaseModel):
    """Beyond these an alert fires.

    ``overdue``: items overdue in one district, by the indicator's id. ``hours``: of feeds that are
    silent by nature outside them; the others are expected around the clock. ``fewest_events``:
    events below which a share says nothing. ``standstill_s``: seconds without a new figure.
    ``audit_age_s``: seconds since the last audit.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    overdue: Mapping[str, Annotated[int, Field(ge=0)]]
    hours: Mapping[str, Hours]
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
