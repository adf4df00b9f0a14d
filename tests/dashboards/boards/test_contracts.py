"""Screens describe an indicator as its contract does."""

import pytest

from contracts.contents import Content
from contracts.feed import Feed
from contracts.indicators.indicator import Better, Indicator
from contracts.registry import FEEDS, feed_named
from dashboards.boards.look import indicator_look, steps
from dashboards.boards.palette import BAD, GOOD, WARN
from tests.dashboards.boards.reading import Json, built, panel_titled, panels, properties, statement

BOARDS = built(*FEEDS)
WALL = BOARDS["ioc-tong-quan"]
EVERY = [(feed, indicator) for feed in FEEDS for indicator in feed.indicators]
JUDGED = [(feed, indicator) for feed, indicator in EVERY if indicator.threshold is not None]


def board_of(feed: Feed) -> Json:
    return BOARDS[f"ioc-feed-{feed.name}"]


def name_of(value: object) -> str:
    return value.name if isinstance(value, Feed | Indicator) else str(value)


def colour(found: list[Json], value: float) -> str:
    """The colour that Grafana gives a value: of the last step at or below it."""
    reached = [step for step in found if step["value"] is None or step["value"] <= value]
    return str(reached[-1]["color"])


def meant(indicator: Indicator, value: float) -> str:
    """The colour that the contract's words ask for."""
    assert indicator.threshold is not None
    good, warn = indicator.threshold.good, indicator.threshold.warn
    if indicator.better is Better.HIGHER:
        return GOOD if value >= good else WARN if value >= warn else BAD
    return GOOD if value <= good else WARN if value <= warn else BAD


@pytest.mark.parametrize(("feed", "indicator"), JUDGED, ids=name_of)
def test_colours_change_where_the_threshold_says(feed: Feed, indicator: Indicator) -> None:
    panel = panel_titled(board_of(feed), f"{indicator.title} theo thời gian")
    found = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert indicator.threshold is not None
    for edge in (indicator.threshold.good, indicator.threshold.warn):
        for value in (edge - 1e-9, edge, edge + 1e-9):
            assert colour(found, value) == meant(indicator, value)


def test_one_in_five_negative_articles_is_still_good() -> None:
    (negative,) = (each for each in feed_named("press").indicators if each.name == "negative_share")
    found = [{"value": value, "color": colour} for value, colour in steps(negative)]
    assert colour(found, 1 / 5) == GOOD
    assert colour(found, 0.2001) == WARN


@pytest.mark.parametrize(("feed", "indicator"), EVERY, ids=name_of)
def test_every_indicator_is_on_its_feed_s_screen(feed: Feed, indicator: Indicator) -> None:
    panel = panel_titled(board_of(feed), f"{indicator.title} theo thời gian")
    assert indicator.definition in panel["description"]
    assert f"'{feed.indicator_id(indicator)}'" in statement(panel)
    defaults = panel["fieldConfig"]["defaults"]
    assert defaults["unit"] == indicator_look(indicator).unit
    assert defaults["decimals"] == indicator.decimals


@pytest.mark.parametrize("feed", FEEDS, ids=name_of)
def test_the_headline_is_on_the_wall(feed: Feed) -> None:
    told = statement(panel_titled(WALL, "Chín nội dung giám sát, điều hành"))
    for indicator in feed.headline_indicators:
        horizon_s = 0 if indicator.is_gauge else 86_400
        assert f"'{feed.name}', '{feed.indicator_id(indicator)}', {horizon_s}" in told


def test_the_wall_has_every_content_in_the_order_of_the_centre() -> None:
    told = statement(panel_titled(WALL, "Chín nội dung giám sát, điều hành"))
    places = [told.index(f"'{content.value}'") for content in Content if not content.is_platform]
    assert len(places) == 9
    assert places == sorted(places)


def test_a_press_on_a_content_opens_its_screen() -> None:
    panel = panel_titled(WALL, "Chín nội dung giám sát, điều hành")
    (link,) = properties(panel, "Nội dung")["links"]
    assert link["url"] == "/d/${__data.fields.board}?${__url_time_range}&${period:queryparam}"
    (link,) = properties(panel, "Địa phương xấu nhất")["links"]
    assert link["url"] == (
        "/d/${__data.fields.board}?var-district=${__data.fields.code}&${__url_time_range}&${period:queryparam}"
    )


def test_the_scorecard_has_one_figure_a_feed_that_can_be_good_or_bad() -> None:
    panel = panel_titled(WALL, "Địa phương theo chỉ tiêu")
    judged = {
        feed.label: next(each.title for each in feed.headline_indicators if is_judged(each))
        for feed in FEEDS
        if any(map(is_judged, feed.headline_indicators))
    }
    assert len(judged) > 3
    for label, title in judged.items():
        assert f'figures."{label} · {title}" AS "{label}"' in statement(panel)
        assert f"{label}: {title}" in panel["description"]
    (link,) = properties(panel, "Hồ sơ")["links"]
    assert link["url"] == (
        "/d/ioc-feed-dossier?var-district=${__data.fields.code}&${__url_time_range}&${period:queryparam}"
    )


def is_judged(indicator: Indicator) -> bool:
    return indicator.better is not Better.NEITHER


def test_what_has_no_data_is_neither_green_nor_zero() -> None:
    shown = 0
    for board in BOARDS.values():
        for panel in panels(board):
            config = panel["fieldConfig"]
            assert config["defaults"]["noValue"] == "Không có dữ liệu"
            mapped = [config["defaults"]["mappings"]]
            mapped += [
                each["value"]
                for override in config["overrides"]
                for each in override["properties"]
                if each["id"] == "mappings"
            ]
            for mappings in mapped:
                (null,) = (each for each in mappings if each["type"] == "special")
                assert null["options"]["match"] == "null+nan"
                assert null["options"]["result"]["text"] in ("Không có dữ liệu", "–")
                assert null["options"]["result"]["color"] not in (GOOD, WARN, BAD)
                shown += 1
    assert shown > 100


def test_the_wall_needs_no_scrolling_and_nothing_from_the_internet() -> None:
    assert max(each["gridPos"]["y"] + each["gridPos"]["h"] for each in WALL["panels"]) <= 24
    (map_,) = (panel for panel in panels(WALL) if panel["type"] == "geomap")
    assert map_["options"]["basemap"]["type"] == "xyz"
    assert map_["options"]["basemap"]["config"]["url"].startswith("data:image/gif;base64,")


def test_links_keep_the_time_range_and_the_choice() -> None:
    for uid, board in BOARDS.items():
        assert "ioc" in board["tags"], uid
        (menu,) = board["links"]
        assert (menu["type"], menu["tags"], menu["asDropdown"]) == ("dashboards", ["ioc"], True)
        assert menu["includeVars"]
        assert menu["keepTime"]
