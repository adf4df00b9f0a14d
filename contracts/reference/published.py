"""Figures published by the province, as data: a scenario reproduces them, a report compares them.

``province`` are the province's own agencies (Trung tâm Phục vụ hành chính công tỉnh), ``below`` the
offices of its districts and communes (Bộ phận Tiếp nhận và Trả kết quả cấp huyện, cấp xã).
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from contracts.reference.json_file import load_json
from contracts.settings import DATA

SEED_2023 = DATA / "seed-2023.json"

Dossiers = Annotated[int, Field(ge=0)]


class _Frozen(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Split(_Frozen):
    """A published number of dossiers: the total, and the two parts that should add up to it."""

    total: Dossiers
    province: Dossiers
    below: Dossiers

    @property
    def parts_sum(self) -> int:
        """The sum of the parts, whatever the published total says."""
        return self.province + self.below

    @property
    def adds_up(self) -> bool:
        """Whether the parts add up to the published total."""
        return self.parts_sum == self.total


class DossierFigures(_Frozen):
    """The published dossier figures of a period."""

    received: Split
    resolved: Split
    in_process: Split
    received_online: Split
    paid_online: Split

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        """Published totals may contradict their parts; the parts themselves must be possible."""
        for level in ("province", "below"):
            numbers = {name: getattr(split, level) for name, split in self}
            if numbers["received"] != numbers["resolved"] + numbers["in_process"]:
                raise ValueError(f"received at {level} is not resolved plus in_process")
            if max(numbers["received_online"], numbers["paid_online"]) > numbers["received"]:
                raise ValueError(f"more online at {level} than received")
        return self


class PublishedPlatform(_Frozen):
    """Systems on a platform: those in production by name, and the number of those on trial."""

    platform: str
    connected: tuple[str, ...]
    trial: Annotated[int, Field(ge=0)]

    @property
    def systems(self) -> int:
        """All of its systems."""
        return len(self.connected) + self.trial


class Published(_Frozen):
    """A publication: its publisher, and what it says of the time from ``first_day`` to ``at``.

    ``scenario`` is the name of the scenario that reproduces it. ``reported`` are values by the code
    of a reported figure, in percent or in points.
    """

    scenario: str
    source: str
    first_day: date
    at: AwareDatetime
    dossiers: DossierFigures
    reported: dict[str, float] = Field(default_factory=dict)
    platforms: tuple[PublishedPlatform, ...] = ()

    @property
    def last_day(self) -> date:
        """The local day that it was published on."""
        return self.at.date()


def load_published(path: Path = SEED_2023) -> Published:
    """Read published figures. Raises DataFileError."""
    return load_json(path, Published)
