import pytest

from dashboards.grafana.variables import ALL
from dashboards.preview.choosing import Option, listed_options, picked, queried_options, select
from dashboards.preview.frames import Table
from dashboards.preview.model import Variable
from tests.dashboards.preview.making import dashboard

DISTRICTS = (Option("148", "Thành phố Hòa Bình"), Option("150", "Huyện Đà Bắc"))


def variable(**changes: object) -> Variable:
    raw = {"name": "district", "type": "query", "multi": True, "includeAll": True, **changes}
    return dashboard(templating={"list": [raw]}).variables[0]


def test_two_columns_are_value_and_text() -> None:
    table = Table(("v", "t"), ("String", "String"), (("148", "150"), ("Hòa Bình", "Đà Bắc")))
    assert queried_options(table) == (Option("148", "Hòa Bình"), Option("150", "Đà Bắc"))
    assert queried_options(Table(("v",), ("UInt8",), ((1, 1, 2),))) == (
        Option("1", "1"),
        Option("2", "2"),
    )


def test_a_custom_list_holds_texts_and_values() -> None:
    custom = variable(type="custom", query="5 phút : 300, 1 giờ : 3600,86400, a\\,b")
    assert listed_options(custom) == (
        Option("300", "5 phút"),
        Option("3600", "1 giờ"),
        Option("86400", "86400"),
        Option("a,b", "a,b"),
    )


@pytest.mark.parametrize(
    ("wanted", "current", "chosen"),
    [
        (None, None, (ALL,)),
        (None, ["150"], ("150",)),
        (("148", "150"), ["150"], ("148", "150")),
        ((ALL,), ["150"], (ALL,)),
        (("All", "148"), ["150"], (ALL,)),
        (("') OR 1=1 --",), ["150"], ("150",)),
        (("x",), None, (ALL,)),
    ],
)
def test_what_is_chosen(
    wanted: tuple[str, ...] | None, current: list[str] | None, chosen: tuple[str, ...]
) -> None:
    made = select(variable(current={"value": current}), DISTRICTS, wanted)
    assert made.values == chosen
    assert made.options == ("148", "150")


def test_a_single_choice_without_all_falls_back_to_the_first_option() -> None:
    single = variable(multi=False, includeAll=False)
    assert select(single, DISTRICTS, ("148", "150")).values == ("148",)
    assert select(single, DISTRICTS, None).values == ("148",)
    assert select(single, DISTRICTS, None).texts == ("Thành phố Hòa Bình",)
    assert select(single, (), None).values == ()


def test_all_and_single_options_shut_each_other_out() -> None:
    assert picked((ALL,), (ALL, "148")) == ("148",)
    assert picked(("148",), ("148", ALL)) == (ALL,)
    assert picked(("148",), ("148", "150")) == ("148", "150")
    assert picked(("148",), ()) == ()
