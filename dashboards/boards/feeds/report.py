"""Panels of reported figures: the newest vintage of each, and its revisions."""

from grafana_foundation_sdk.models.dashboard import Panel

from contracts.feed import Feed
from dashboards.boards.fields import Column
from dashboards.boards.layout import WIDTH, Layout
from dashboards.boards.look import COUNT, MOMENT, SHARE, TEXT, Look, dashed
from dashboards.boards.panels import Head, table
from dashboards.boards.statements import lines, sql, text

FEED = "report"
VALUE = Look(unit="locale", decimals=1)
CHANGE = Look(unit="percentunit", decimals=1)
UNITS = {
    "billion_vnd": "tỷ đồng",
    "million_usd": "triệu USD",
    "percent": "%",
    "points": "điểm",
}


def panels(feed: Feed, layout: Layout) -> list[Panel]:
    """Tables of the newest figures, and of their vintages."""
    newest, vintages = layout.line(11, WIDTH - 10, 10)
    titles = {each.name: each.title for each in feed.indicators}
    named = {
        "titles": _pairs(titles),
        "units": _pairs(UNITS),
        "feed": feed.name,
    }
    newest_head = Head(
        "figures",
        "Số liệu mới nhất",
        "Mỗi số liệu ở kỳ mới nhất, bản mới nhất, có đến cuối khoảng thời gian; cũ nhất ở trên. "
        "Tuổi tính từ ngày số liệu phản ánh.",
        newest,
    )
    vintages_head = Head(
        "vintages",
        "Các lần công bố (300 gần nhất)",
        "Các bản của các kỳ trong hai năm đến cuối khoảng thời gian, mới nhất ở trên; bản cũ hơn: "
        "chọn ít địa phương hơn, hoặc lùi khoảng thời gian. Bản sau không xóa bản trước.",
        vintages,
    )
    common = [Column("Số liệu", TEXT, width=230), Column("Kỳ", TEXT, width=90)]
    return [
        table(
            newest_head,
            sql("reported_figures", **named),
            [
                *common,
                Column("Giá trị", VALUE),
                Column("Kế hoạch", dashed(VALUE)),
                Column("So kế hoạch", dashed(SHARE)),
                Column("So cùng kỳ", dashed(CHANGE)),
                Column("Bản", COUNT, width=60),
                Column("Tuổi (ngày)", COUNT, width=100),
            ],
        ),
        table(
            vintages_head,
            sql("reported_vintages", **named),
            [
                *common,
                Column("Bản", COUNT, width=60),
                Column("Giá trị", VALUE),
                Column("Công bố lúc", MOMENT),
            ],
        ),
    ]


def _pairs(texts: dict[str, str]) -> str:
    """Two SQL arrays, the arguments of ``transform``."""
    keys, values = (lines(map(text, each)) for each in (texts, texts.values()))
    return f"[{keys}], [{values}]".replace("\n", " ")
