"""The text and the colour of a value, from its field's config."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dashboards.preview.fields import FieldConfig, matcher_of
from dashboards.preview.model import Json
from dashboards.preview.theme import NO_DATA, TEXT, between, colour, scale_of
from dashboards.preview.units import write

NO_VALUE = "Không có dữ liệu"


@dataclass(frozen=True)
class Shown:
    """Text and CSS colour of a value; ``level`` is its number, if it is one."""

    text: str
    colour: str
    level: float | None = None
    is_missing: bool = False


def show(value: Any, config: FieldConfig, zone: ZoneInfo, fallback: str = TEXT) -> Shown:
    """How to show a value; ``fallback`` is the colour if the config names none."""
    level = float(value) if isinstance(value, int | float) else None
    mapped = _mapped(value, config)
    if value is None and not mapped:
        return Shown(config.no_value or NO_VALUE, NO_DATA, None, is_missing=True)
    own = colour_of(level, config, fallback) if value is not None else NO_DATA
    text = str(mapped.get("text") or "") if mapped else ""
    tint = colour(str(mapped["color"]), own) if mapped and mapped.get("color") else own
    return Shown(text or _text(value, config, zone), tint, level, is_missing=value is None)


def colour_of(level: float | None, config: FieldConfig, fallback: str = TEXT) -> str:
    """The config's colour for a number."""
    mode = config.colour_mode
    if mode in ("fixed", "shades"):
        return colour(config.fixed_colour, fallback)
    if level is None or mode.startswith("palette"):
        return fallback
    if mode.startswith("continuous"):
        return between(scale_of(mode), share_of(level, config))
    return threshold_colour(level, config, fallback)


def threshold_colour(level: float, config: FieldConfig, fallback: str = TEXT) -> str:
    """The colour of the highest threshold that the number reaches."""
    steps = config.thresholds.steps
    at = 100 * share_of(level, config) if config.thresholds.is_percentage else level
    reached = [name for limit, name in steps if at >= limit]
    return colour(reached[-1], fallback) if reached else fallback


def share_of(level: float, config: FieldConfig) -> float:
    """The number's position between minimum and maximum (0-1)."""
    low, high = bounds(config)
    return 0.0 if high <= low else min(max((level - low) / (high - low), 0.0), 1.0)


def bounds(config: FieldConfig, levels: tuple[float, ...] = ()) -> tuple[float, float]:
    """Minimum and maximum: as configured, else of the levels and 0, else 0 to 100 (shares: 1)."""
    whole = 1.0 if config.unit == "percentunit" else 100.0
    usual = (
        (min(0.0, *levels), max(levels)) if levels and config.unit[:7] != "percent" else (0, whole)
    )
    low = usual[0] if config.minimum is None else config.minimum
    return low, usual[1] if config.maximum is None else config.maximum


def _text(value: Any, config: FieldConfig, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        return moment(value, config.unit, zone)
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, int | float):
        if config.unit.startswith(("dateTime", "time:")):
            return moment(datetime.fromtimestamp(value / 1000, UTC), config.unit, zone)
        return write(value, config.unit, config.decimals)
    return "" if value is None else str(value)


def moment(at: datetime, unit: str, zone: ZoneInfo) -> str:
    """A time in the dashboard's zone, in the Vietnamese form: day first."""
    local = at.astimezone(zone)
    if "FromNow" in unit:
        return f"{write(max(0.0, (datetime.now(UTC) - at).total_seconds()), 's', 0)} trước"
    if unit.endswith("NoDateIfToday") and local.date() == datetime.now(zone).date():
        return f"{local:%H:%M:%S}"
    return f"{local:%d/%m/%Y %H:%M:%S}"


def _mapped(value: Any, config: FieldConfig) -> Json | None:
    for mapping in config.mappings:
        options = mapping.get("options") or {}
        found = _MAPPERS.get(str(mapping.get("type")), _never)(value, options)
        if found is not None:
            return found
    return None


def _never(_value: Any, _options: Json) -> Json | None:
    return None


def _by_value(value: Any, options: Json) -> Json | None:
    if isinstance(value, bool):
        value = str(value).lower()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    found: Json | None = options.get(str(value))
    return found


def _by_range(value: Any, options: Json) -> Json | None:
    if not isinstance(value, int | float):
        return None
    low, high = options.get("from"), options.get("to")
    is_in = (low is None or value >= low) and (high is None or value <= high)
    return options.get("result") if is_in else None


def _by_pattern(value: Any, options: Json) -> Json | None:
    is_match = isinstance(value, str) and matcher_of(str(options.get("pattern"))).search(value)
    return options.get("result") if is_match else None


def _special(value: Any, options: Json) -> Json | None:
    match = str(options.get("match"))
    is_match = (
        (value is None and match.startswith("null"))
        or (value == "" and match == "empty")
        or (isinstance(value, bool) and match == str(value).lower())
    )
    return options.get("result") if is_match else None


_MAPPERS = {"value": _by_value, "range": _by_range, "regex": _by_pattern, "special": _special}
