"""The dashboard of a publication: each published number beside the computed one."""

from datetime import UTC, datetime, time

from grafana_foundation_sdk.models.dashboard import Panel

from contracts.feed import Feed
from contracts.reference.published import Published, PublishedPlatform, Split
from contracts.registry import feed_named
from dashboards.boards.board import Board
from dashboards.boards.fields import Column
from dashboards.boards.look import COUNT, TEXT, Look
from dashboards.boards.palette import BAD, GOOD, NO_VALUE, PLAIN, UNKNOWN, WARN, beginning
from dashboards.boards.panels import Head, Spot, stat, table, words
from dashboards.boards.places import PUBLISHED
from dashboards.boards.statements import lines, name, sql, text

DOSSIERS = {
    "received": "Tiếp nhận",
    "resolved": "Đã giải quyết",
    "in_process": "Đang giải quyết",
    "received_online": "Tiếp nhận trực tuyến",
    "paid_online": "Thanh toán trực tuyến",
}
COMPUTED = Look(unit="locale", decimals=0, toned=True)
AGREES = "Khớp"
COMPARED = Look(
    unit="string",
    mappings=(
        NO_VALUE,
        *beginning({AGREES: GOOD, "Công bố": WARN, "Lệch": BAD, "Không": UNKNOWN}),
    ),
    steps=((None, UNKNOWN),),
    coloured=True,
)
CONNECTED = Look(
    unit="string",
    mappings=(
        NO_VALUE,
        *beginning({"Chính thức": GOOD, "Thử nghiệm": PLAIN, "Mất": BAD, "Không": UNKNOWN}),
    ),
    steps=((None, UNKNOWN),),
    coloured=True,
)
HALF, THIRD = 12, 8


def published_board(published: Published) -> Board:
    """The dashboard of a publication. Its figures ignore the chosen time range."""
    day = f"{published.at:%d/%m/%Y}"
    return Board(
        place=PUBLISHED,
        description=f"Số liệu bài báo ngày {day} công bố, bên cạnh số tính được từ sự kiện.",
        panels=[
            _totals(published, Spot(0, 0, HALF, 5)),
            _platforms(published, Spot(HALF, 0, HALF, 5)),
            _dossiers(published, Spot(0, 5, 2 * HALF, 8)),
            _figures(published, Spot(0, 13, THIRD, 12)),
            *_systems(published),
            _source(published, Spot(2 * THIRD, 20, THIRD, 5)),
        ],
        variables=[],
        annotations=[],
    )


def _span(published: Published) -> dict[str, str]:
    """Beginning and end of the publication's time, as SQL."""
    first = datetime.combine(published.first_day, time(), published.at.tzinfo)
    return {"since": _instant(first), "until": _instant(published.at)}


def _instant(at: datetime) -> str:
    return f"toDateTime64('{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}', 3, 'UTC')"


def _counted(published: Published) -> str:
    held = sql("dossiers_to_then", feed=feed_named("dossier").name, **_span(published))
    return sql("dossiers_by_level", held=held)


def _totals(published: Published, spot: Spot) -> Panel:
    head = Head(
        "published-totals",
        f"Hồ sơ thủ tục hành chính từ {published.first_day:%d/%m} đến {published.at:%d/%m/%Y}",
        "Toàn tỉnh, cộng từ sự kiện của từng hồ sơ. Đang giải quyết: đã nhận, chưa có kết quả.",
        spot,
    )
    columns = [Column(DOSSIERS[each], COUNT) for each in ("received", "resolved", "in_process")]
    return stat(head, sql("published_totals", counted=_counted(published)), columns)


def _platforms(published: Published, spot: Spot) -> Panel:
    head = Head(
        "published-platforms",
        "Nền tảng LGSP, NDXP",
        "Số hệ thống theo trạng thái kết nối cuối cùng / số hệ thống của nền tảng.",
        spot,
    )
    tiles = [tile for each in published.platforms for tile in _tiles(each)]
    statement = sql(
        "published_platforms",
        tiles=lines(f"{value} AS {name(title)}" for title, value in tiles),
        connections=_connections(published),
    )
    return stat(head, statement, [Column(title, TEXT) for title, _ in tiles])


def _tiles(platform: PublishedPlatform) -> list[tuple[str, str]]:
    """Title and SQL of each count that the publication states for a platform."""
    published = {"connected": len(platform.connected), "trial": platform.trial}
    titles = {"connected": "chính thức", "trial": "thử nghiệm"}
    known = f"countIf(state != '' AND platform = {text(platform.platform)}"
    share = f"concat(toString({known} AND state = {{}})), '/', toString({known})))"
    shown = f"if({known}) = 0, NULL, {share})"
    return [
        (
            f"{platform.platform.upper()} {titles[state]} (công bố {count}/{platform.systems})",
            shown.format(text(state)),
        )
        for state, count in published.items()
        if count
    ]


def _dossiers(published: Published, spot: Spot) -> Panel:
    head = Head(
        "published-dossiers",
        "Hồ sơ theo cấp: số công bố và số tính được",
        "Cấp tỉnh: Trung tâm Phục vụ hành chính công. Huyện, xã: Bộ phận Tiếp nhận và Trả kết quả. "
        "Nơi tổng công bố không bằng các phần của chính nó, màn hình theo các phần và nói rõ.",
        spot,
    )
    said = lines(
        f"({text(figure)}, {text(DOSSIERS[figure])}, {split.total}, {split.province}, "
        f"{split.below}, {text(_contradiction(split))}, {place})"
        for place, (figure, split) in enumerate(published.dossiers)
    )
    statement = sql("published_dossiers", counted=_counted(published), said=said)
    columns = [
        Column("Hồ sơ", TEXT, width=290),
        *(
            column
            for level in ("Toàn tỉnh", "Cấp tỉnh", "Huyện, xã")
            for column in (
                Column(f"{level}: công bố", COUNT, width=150),
                Column(f"{level}: tính được", COMPUTED, width=150),
            )
        ),
        Column("Đối chiếu", COMPARED),
    ]
    return table(head, statement, columns, is_tall=True)


def _contradiction(split: Split) -> str:
    """A sentence about a total that is not the sum of its parts; empty if it is."""
    if split.adds_up:
        return ""
    total, province, below, parts, gap = (
        f"{number:,}".replace(",", ".")
        for number in (
            split.total,
            split.province,
            split.below,
            split.parts_sum,
            abs(split.parts_sum - split.total),
        )
    )
    return (
        f"Công bố tự mâu thuẫn: {province} + {below} = {parts}, tổng ghi {total} (chênh lệch {gap})"
    )


def _figures(published: Published, spot: Spot) -> Panel:
    feed = feed_named("report")
    head = Head(
        "published-figures",
        "Hạ tầng số",
        "Số liệu báo cáo của toàn tỉnh, bản cuối cùng có đến lúc công bố.",
        spot,
    )
    statement = sql(
        "published_figures", feed=feed.name, said=_said(feed, published), **_span(published)
    )
    columns = [
        Column("Chỉ tiêu", TEXT, width=205),
        Column("Công bố", TEXT, width=90),
        Column("Báo cáo", TEXT, width=90),
        Column("Ngày số liệu", TEXT, width=115),
        Column("Đối chiếu", COMPARED),
    ]
    return table(head, statement, columns, is_tall=True)


def _said(feed: Feed, published: Published) -> str:
    """SQL tuples of code, title, text, unit, value and place of each published figure."""
    titles = {each.name.removesuffix("_value"): each.title for each in feed.indicators}
    rows = []
    for place, (code, value) in enumerate(published.reported.items()):
        unit = " điểm" if code.endswith("_points") else " %"
        shown = f"{value:g}{unit}".replace(".", ",")
        rows.append(
            f"({text(code)}, {text(titles[code])}, {text(shown)}, {text(unit)}, "
            f"toFloat64({value:g}), {place})"
        )
    return lines(rows)


def _connections(published: Published) -> str:
    return sql("connections_then", feed=feed_named("platform").name, **_span(published))


def _systems(published: Published) -> list[Panel]:
    """A table for each platform; the first one has more systems."""
    spots = (Spot(THIRD, 13, THIRD, 12), Spot(2 * THIRD, 13, THIRD, 7))
    return [
        _of_platform(published, platform, spot)
        for platform, spot in zip(published.platforms, spots, strict=False)
    ]


def _of_platform(published: Published, platform: PublishedPlatform, spot: Spot) -> Panel:
    title = platform.platform.upper()
    head = Head(
        f"published-systems-{platform.platform}",
        f"Hệ thống trên {title}",
        f"Từng hệ thống kết nối với {title}. Bài báo không nêu tên các hệ thống thử nghiệm.",
        spot,
    )
    statement = sql(
        "published_systems",
        connections=_connections(published),
        platform=text(platform.platform),
    )
    return table(
        head, statement, [Column("Hệ thống", TEXT), Column("Kết nối", CONNECTED, width=150)]
    )


def _source(published: Published, spot: Spot) -> Panel:
    head = Head("published-source", "Nguồn", "", spot)
    return words(
        head,
        f"**{published.source}**\n\nCác tổng số là của bài báo. Từng hồ sơ là mô phỏng, sinh ra "
        "sao cho cộng lại đúng các phần mà bài báo nêu; không có dữ liệu cá nhân.",
    )
