"""A new feed has a decent dashboard from its contract alone."""

from contracts.contents import Content
from contracts.registry import FEEDS
from tests.dashboards.boards.invented import WATER
from tests.dashboards.boards.reading import (
    built,
    panel_titled,
    panels,
    plain_title,
    properties,
    statement,
)

BOARDS = built(*FEEDS, WATER)
UNTOLD = len(
    {content for content in Content if not content.is_platform} - {feed.content for feed in FEEDS}
)
"""Contents that no feed tells of, which are rows of the wall too."""
BOARD = BOARDS["ioc-feed-water"]


def test_it_has_every_kind_of_panel() -> None:
    assert BOARD["title"] == "Mực nước"
    assert [plain_title(panel["title"]) for panel in panels(BOARD)] == [
        "Các địa phương được chọn",
        "Độ mới của số liệu",
        "Báo động theo thời gian",
        "Báo động theo địa phương",
        "Xếp hạng: Báo động",
        "Tình trạng: Báo động",
        "Số đo theo thời gian",
        "Số đo theo địa phương",
        "Nhịp theo ngày và giờ",
        "100 sự kiện mới nhất",
        "Nhịp đo theo thời gian",
        "Trạm theo thời gian",
    ]


def test_it_opens_at_the_horizon_of_its_headline() -> None:
    (horizon,) = (each for each in BOARD["templating"]["list"] if each["name"] == "horizon")
    assert horizon["current"] == {"selected": True, "text": "1 giờ", "value": "3600"}


def test_its_events_have_the_columns_of_its_contract() -> None:
    latest = statement(panel_titled(BOARD, "100 sự kiện mới nhất"))
    assert "FROM events_water" in latest
    assert 'station AS "station"' in latest
    assert "multiIf(alarm, 'có', NOT alarm, 'không', NULL) AS \"alarm\"" in latest
    assert "INTERVAL 72000 SECOND" in latest  # 120 × stale_s


def test_lower_is_better_so_the_highest_comes_first() -> None:
    assert 'ORDER BY "Báo động" DESC' in statement(panel_titled(BOARD, "Báo động theo địa phương"))


def test_it_is_on_the_wall() -> None:
    wall = BOARDS["ioc-tong-quan"]
    scorecard = panel_titled(wall, "Địa phương theo chỉ tiêu")
    assert "('water.alarm_share', 86400, 'Nước · Báo động')" in statement(scorecard)
    assert properties(scorecard, "Nước")["unit"] == "percentunit"
    told = statement(panel_titled(wall, "Chín nội dung giám sát, điều hành"))
    assert (
        f"({len(FEEDS) + UNTOLD + 1}, 'Mực nước', 'water', 'water.alarm_share', 86400, true, 0)"
        in told
    )
    assert (
        f"({len(FEEDS) + UNTOLD + 1}, 'Mực nước', 'water', 'water.readings', 86400, false, 1)"
        in told
    )


def test_it_is_in_no_shared_screen_but_the_wall() -> None:
    before = built(*FEEDS)
    for uid in ("ioc-so-sanh", "ioc-chat-luong"):
        assert BOARDS[uid] == before[uid]


def test_it_changes_no_other_feed_s_screen() -> None:
    before = built(*FEEDS)
    for feed in FEEDS:
        assert BOARDS[f"ioc-feed-{feed.name}"] == before[f"ioc-feed-{feed.name}"]


def test_panels_do_not_overlap() -> None:
    for board in BOARDS.values():
        taken: set[tuple[int, int]] = set()
        for panel in board["panels"]:
            spot = panel["gridPos"]
            cells = {
                (x, y)
                for x in range(spot["x"], spot["x"] + spot["w"])
                for y in range(spot["y"], spot["y"] + spot["h"])
            }
            assert not taken & cells, panel["title"]
            assert spot["x"] + spot["w"] <= 24
            taken |= cells
