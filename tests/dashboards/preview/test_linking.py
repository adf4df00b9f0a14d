from dataclasses import replace

import pytest

from dashboards.grafana.variables import ALL, Selection
from dashboards.preview.linking import Href, Links, facts_of, label_facts
from dashboards.preview.state import State
from tests.dashboards.preview.making import frame

STATE = State("u", "now-6h", "now", 30.0, {"district": ("148", "150"), "horizon": ("300",)})
SELECTIONS = {
    "district": Selection("district", ("148", "150"), ("148", "150", "152"), multi=True),
    "horizon": Selection("horizon", ("300",), ("300", "3600")),
}
LINKS = Links(STATE, SELECTIONS)
ROW = facts_of(
    frame(code=["148", "150"], name=["Hòa Bình", "Đà Bắc"], share=[0.5, 0.9]), 1, 0.9, "90 %"
)


@pytest.mark.parametrize(
    ("url", "filled"),
    [
        (
            "/d/ioc-feed-dossier?var-district=${__data.fields.code}&${__url_time_range}",
            "/d/ioc-feed-dossier?var-district=150&from=now-6h&to=now",
        ),
        ('/d/x?n=${__data.fields["name"]}', "/d/x?n=%C4%90%C3%A0%20B%E1%BA%AFc"),
        ("/d/x?v=${__value.raw}&t=${__value.text}", "/d/x?v=0.9&t=90%20%25"),
        ("/d/x?${district:queryparam}", "/d/x?var-district=148&var-district=150"),
        ("/d/x?${__all_variables}", "/d/x?var-district=148&var-district=150&var-horizon=300"),
        ("/d/x?h=$horizon&u=$unknown", "/d/x?h=300&u=$unknown"),
        ("/d/x?from=${__from}&to=$__to", "/d/x?from=now-6h&to=now"),
        ("https://example.org/?q=${__data.fields.missing}", "https://example.org/?q="),
    ],
)
def test_links_carry_range_variables_and_the_cell(url: str, filled: str) -> None:
    assert LINKS.href({"title": "Mở", "url": url}, ROW) == Href("Mở", filled)


def test_a_link_of_a_dashboard_keeps_range_and_variables() -> None:
    link = {"title": "So sánh", "url": "/d/ioc-so-sanh", "keepTime": True, "includeVars": True}
    href = LINKS.href(link)
    assert href is not None
    assert href.url == (
        "/d/ioc-so-sanh?from=now-6h&to=now&var-district=148&var-district=150&var-horizon=300"
    )


def test_a_wall_stays_a_wall() -> None:
    wall = Links(replace(STATE, kiosk=True), SELECTIONS)
    assert wall.href({"url": "/d/x?a=1"}) == Href("", "/d/x?a=1&kiosk")
    assert wall.href({"url": "https://example.org/"}) == Href("", "https://example.org/")


@pytest.mark.parametrize("url", ["javascript:alert(1)", " javascript:alert(1)", "data:text/html,x"])
def test_scripts_are_no_links(url: str) -> None:
    assert LINKS.href({"url": url}) is None


def test_what_is_in_the_data_cannot_break_out_of_its_place() -> None:
    facts = label_facts("s", {"district": '1&kiosk=1#"><script>'}, 1, "1")
    href = LINKS.href({"url": "/d/x?d=${__field.labels.district}"}, facts)
    assert href is not None
    assert href.url == "/d/x?d=1%26kiosk%3D1%23%22%3E%3Cscript%3E"


def test_all_is_carried_as_all() -> None:
    everything = {"district": Selection("district", (ALL,), ("148", "150"), multi=True)}
    href = Links(STATE, everything).href({"url": "/d/x?${district:queryparam}"})
    assert href is not None
    assert href.url == "/d/x?var-district=$__all"
