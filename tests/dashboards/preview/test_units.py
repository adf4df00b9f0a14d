import pytest

from dashboards.preview.units import script, write


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "text"),
    [
        (0.9523, "percentunit", 1, "95,2 %"),
        (95.23, "percent", None, "95,2 %"),
        (0, "percentunit", 1, "0,0 %"),
        (-0.0001, "percentunit", 1, "0,0 %"),
        (871724, "locale", 0, "871.724"),
        (871724, "short", 1, "871,7 nghìn"),
        (1234, "short", None, "1.234"),
        (2_500_000, "short", 1, "2,5 triệu"),
        (45, "s", 0, "45 giây"),
        (90, "s", 1, "1,5 phút"),
        (5400, "s", 1, "1,5 giờ"),
        (172800, "s", 0, "2 ngày"),
        (36, "h", 1, "1,5 ngày"),
        (7.25, "h", 2, "7,25 giờ"),
        (3, "d", 0, "3 ngày"),
        (250, "ms", 0, "250 ms"),
        (90_000, "ms", 1, "1,5 phút"),
        (57.34, "velocitykmh", 1, "57,3 km/h"),
        (57.34, "suffix: km/h", 1, "57,3 km/h"),
        (125, "dtdurations", None, "2 phút 5 giây"),
        (90_061, "dtdurations", None, "1 ngày 1 giờ"),
        (0.4, "dtdurations", None, "0 giây"),
        (12, "thùng", 0, "12 thùng"),
        (12.5, "", None, "12,5"),
        (-1234.5, "none", 1, "-1.234,5"),
    ],
)
def test_a_number_is_written_with_its_unit(
    value: float, unit: str, decimals: int | None, text: str
) -> None:
    assert write(value, unit, decimals) == text


def test_the_script_of_a_page_has_the_same_steps() -> None:
    assert script("percentunit", 1) == '(v) => window.iocNumber(v, [[0, 100, " %"]], 1)'
    assert script("none", None).endswith(", null)")
