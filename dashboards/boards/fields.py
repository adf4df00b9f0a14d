"""Field options: look, link and width of columns."""

from dataclasses import dataclass
from typing import Any

from grafana_foundation_sdk.models.common import (
    TableCellBackgroundDisplayMode,
    TableColoredBackgroundCellOptions,
    TableColorTextCellOptions,
)
from grafana_foundation_sdk.models.dashboard import (
    DashboardFieldConfigSourceOverrides,
    DynamicConfigValue,
    FieldColor,
    FieldColorModeId,
    FieldConfig,
    MatcherConfig,
    ThresholdsConfig,
)

from dashboards.boards.look import TEXT, Look
from dashboards.boards.palette import NO_DATA


@dataclass(frozen=True)
class Link:
    """A link from a value; the address may use ``${__data.fields.<column>}``."""

    title: str
    url: str

    def to_json(self) -> dict[str, Any]:
        """The link as JSON of a field."""
        return {"title": self.title, "url": self.url, "targetBlank": False}


@dataclass(frozen=True)
class Column:
    """A column of an answer, by its name; ``width`` is in pixels."""

    name: str
    look: Look = TEXT
    width: int | None = None
    link: Link | None = None
    is_hidden: bool = False


def override(column: Column) -> DashboardFieldConfigSourceOverrides:
    """The options in which a column differs from the panel's defaults."""
    look = column.look
    found: dict[str, Any] = {"unit": look.unit}
    if look.decimals is not None:
        found["decimals"] = look.decimals
    if look.low is not None:
        found |= {"min": look.low, "max": look.high}
    found["mappings"] = list(look.mappings)
    found["thresholds"] = ThresholdsConfig(steps=look.thresholds)
    found["color"] = FieldColor(FieldColorModeId.THRESHOLDS)
    if look.coloured:
        found["custom.cellOptions"] = TableColoredBackgroundCellOptions(
            mode=TableCellBackgroundDisplayMode.BASIC, wrap_text=True
        )
    elif look.toned:
        found["custom.cellOptions"] = TableColorTextCellOptions()
    if column.width is not None:
        found["custom.width"] = column.width
    if column.link is not None:
        found["links"] = [column.link]
    if column.is_hidden:
        found["custom.hidden"] = True
        found["custom.hideFrom"] = {"viz": True, "legend": True, "tooltip": True}
    return DashboardFieldConfigSourceOverrides(
        matcher=MatcherConfig("byName", column.name),
        properties=[DynamicConfigValue(name, value) for name, value in found.items()],
    )


def defaults(look: Look, colour: FieldColorModeId, custom: object = None) -> FieldConfig:
    """The options of all columns of a panel."""
    return FieldConfig(
        unit=look.unit,
        decimals=look.decimals,
        min_val=look.low,
        max_val=look.high,
        mappings=list(look.mappings),
        thresholds=ThresholdsConfig(steps=look.thresholds),
        color=FieldColor(colour),
        no_value=NO_DATA,
        custom=custom,
    )
