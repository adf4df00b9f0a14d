"""Plans: the planned value of an indicator in a period, as data of the province."""

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.errors import DataFileError
from contracts.reference.csv_file import read_rows
from contracts.reference.units import Units


class Target(BaseModel):
    """The plan of a unit for each period that begins while the plan is valid.

    ``value`` is in the measurement of the indicator (a share is 0-1), ``source`` is the decision.
    """

    model_config = ConfigDict(frozen=True)

    indicator: str
    unit: str
    period: Literal["month", "quarter", "year"]
    value: float = Field(gt=0)
    source: str = Field(min_length=1, max_length=200)
    valid_from: date
    valid_to: date


def load_targets(path: Path, units: Units, indicators: Collection[str]) -> list[Target]:
    """Read the plans; none if there is no file.

    Raises DataFileError, also for an unknown indicator or unit, for dates that are reversed and for
    two plans of one period.
    """
    targets = read_rows(path, Target) if path.exists() else []
    codes = {unit.code for unit in units}
    for target in targets:
        what = f"{path}: the plan of {target.indicator} for unit {target.unit}"
        if target.indicator not in indicators:
            raise DataFileError(f"{what}: there is no such indicator")
        if target.unit not in codes:
            raise DataFileError(f"{what}: the units file does not hold that unit")
        if target.valid_from > target.valid_to:
            raise DataFileError(f"{what}: valid_from lies after valid_to")
        if any(_meet(target, other) for other in targets if other is not target):
            raise DataFileError(f"{what}: two plans of a {target.period} are valid at once")
    return targets


def _meet(one: Target, other: Target) -> bool:
    return (
        (one.indicator, one.unit, one.period) == (other.indicator, other.unit, other.period)
        and one.valid_from <= other.valid_to
        and other.valid_from <= one.valid_to
    )
