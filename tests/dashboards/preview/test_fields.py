from datetime import UTC, datetime
from typing import Any

import pytest

from dashboards.preview.fields import FieldConfig, config_of, name_of
from dashboards.preview.frames import Column, Kind
from dashboards.preview.values import NO_VALUE, show
from tests.dashboards.preview.making import HANOI, SHARE_STEPS

SHARE = Column("Đúng hạn", Kind.NUMBER, (0.9,))
DEFAULTS: dict[str, Any] = {
    "unit": "percentunit",
    "decimals": 1,
    "noValue": "Chưa có",
    "thresholds": {"mode": "absolute", "steps": SHARE_STEPS},
}


def overridden(matcher: str, options: Any, column: Column = SHARE) -> FieldConfig:
    properties = [{"id": "unit", "value": "s"}, {"id": "custom.cellOptions.type", "value": "gauge"}]
    override = {"matcher": {"id": matcher, "options": options}, "properties": properties}
    return config_of({"defaults": DEFAULTS, "overrides": [override]}, column, "B")


@pytest.mark.parametrize(
    ("matcher", "options", "matches"),
    [
        ("byName", "Đúng hạn", True),
        ("byName", "đúng hạn", False),
        ("byRegexp", "/^Đúng/", True),
        ("byRegexp", "/^đúng/i", True),
        ("byRegexp", "/^hạn/", False),
        ("byType", "number", True),
        ("byType", "string", False),
        ("byFrameRefID", "B", True),
        ("byFrameRefID", "A", False),
        ("byNames", {"mode": "include", "names": ["Đúng hạn"]}, True),
        ("byNames", {"mode": "exclude", "names": ["Đúng hạn"]}, False),
        ("byValue", {"op": "gt"}, False),
    ],
)
def test_an_override_changes_the_fields_that_it_matches(
    matcher: str, options: Any, matches: bool
) -> None:
    config = overridden(matcher, options)
    assert config.unit == ("s" if matches else "percentunit")
    assert config.decimals == 1
    assert config.custom == ({"cellOptions": {"type": "gauge"}} if matches else {})


def test_overrides_leave_the_defaults_of_other_fields_alone() -> None:
    overridden("byName", "Đúng hạn")
    assert "custom" not in DEFAULTS
    assert config_of({"defaults": DEFAULTS}, SHARE).unit == "percentunit"


@pytest.mark.parametrize(
    ("value", "text", "colour"),
    [
        (0.97, "97,0 %", "#009E73"),
        (0.95, "95,0 %", "#009E73"),
        (0.9499, "95,0 %", "#F0E442"),
        (0.9, "90,0 %", "#F0E442"),
        (0.0, "0,0 %", "#D55E00"),
    ],
)
def test_a_threshold_holds_from_its_value_on(value: float, text: str, colour: str) -> None:
    shown = show(value, config_of({"defaults": DEFAULTS}, SHARE), HANOI)
    assert (shown.text, shown.colour) == (text, colour)


def test_no_data_is_never_a_number_nor_a_threshold_s_colour() -> None:
    shown = show(None, config_of({"defaults": DEFAULTS}, SHARE), HANOI)
    assert (shown.text, shown.is_missing, shown.level) == ("Chưa có", True, None)
    assert shown.colour not in {step["color"] for step in SHARE_STEPS}
    assert show(None, FieldConfig(), HANOI).text == NO_VALUE


def test_mappings_go_before_units_and_thresholds() -> None:
    config = FieldConfig(
        unit="percentunit",
        mappings=(
            {"type": "special", "options": {"match": "null+nan", "result": {"text": "Trống"}}},
            {"type": "value", "options": {"1": {"text": "Tốt", "color": "green"}}},
            {"type": "range", "options": {"from": 2, "to": 3, "result": {"text": "Giữa"}}},
            {"type": "regex", "options": {"pattern": "/^Cũ/", "result": {"color": "red"}}},
        ),
    )
    assert show(None, config, HANOI).text == "Trống"
    assert show(None, config, HANOI).is_missing
    assert (show(1, config, HANOI).text, show(1.0, config, HANOI).colour) == ("Tốt", "#73bf69")
    assert show(2.5, config, HANOI).text == "Giữa"
    assert show(4, config, HANOI).text == "400 %"
    old = show("Cũ · 3 giờ", config, HANOI)
    assert (old.text, old.colour) == ("Cũ · 3 giờ", "#f2495c")


def test_percentage_thresholds_go_by_minimum_and_maximum() -> None:
    thresholds = {
        "mode": "percentage",
        "steps": [{"value": None, "color": "red"}, {"value": 50, "color": "blue"}],
    }
    config = config_of({"defaults": {"min": 100, "max": 200, "thresholds": thresholds}}, SHARE)
    assert show(149, config, HANOI).colour == "#f2495c"
    assert show(150, config, HANOI).colour == "#5794f2"


def test_times_are_shown_in_the_zone_of_the_dashboard() -> None:
    at = datetime(2026, 11, 25, 17, 30, tzinfo=UTC)
    assert show(at, FieldConfig(), HANOI).text == "26/11/2026 00:30:00"


def test_a_series_is_named_after_its_labels() -> None:
    one = Column("value", Kind.NUMBER, (), {"series": "Huyện Lạc Sơn"})
    other = Column("value", Kind.NUMBER, (), {"series": "Huyện Kim Bôi"})
    second = Column("limit", Kind.NUMBER, (), {"series": "Huyện Kim Bôi"})
    assert name_of(one, FieldConfig(), (one, other)) == "Huyện Lạc Sơn"
    assert name_of(one, FieldConfig(), (one, second)) == "value Huyện Lạc Sơn"
    config = FieldConfig(display_name="${__field.labels.series} (${__field.name})")
    assert name_of(one, config) == "Huyện Lạc Sơn (value)"
