"""The addresses of dashboards, and links between them that keep time range and district."""

from dataclasses import dataclass

from grafana_foundation_sdk.models.dashboard import DashboardLink, DashboardLinkType

from contracts.feed import Feed
from dashboards.boards.fields import Link

TAG = "ioc"
KEPT = "${__url_time_range}&${period:queryparam}"
"""The part of a link that keeps the time range and the chosen period."""
DISTRICT_FIELD = "code"
"""The hidden column with the district's code, for links from rows."""


@dataclass(frozen=True)
class Place:
    """A dashboard: its uid, which is its address, and its title."""

    uid: str
    title: str

    def of_district(self, title: str) -> Link:
        """A link from a row to this dashboard, for the row's district, the same time and period."""
        code = f"${{__data.fields.{DISTRICT_FIELD}}}"
        return Link(title, f"/d/{self.uid}?var-district={code}&{KEPT}")


FEED_BOARD = "ioc-feed-"
"""The beginning of the uid of a feed's dashboard."""
BOARD_FIELD = "board"
"""The hidden column with a dashboard's uid, for links from rows."""

WALL = Place("ioc-tong-quan", "Tổng quan")
SERVICE_INDEX = Place("ioc-chi-so-phuc-vu", "Chỉ số phục vụ")
COMPARISON = Place("ioc-so-sanh", "So sánh địa phương")
PUBLISHED = Place("ioc-bai-bao-2023", "Bài báo tháng 9/2023")
QUALITY = Place("ioc-chat-luong", "Chất lượng dữ liệu")


def compared_by(indicator: str) -> Link:
    """A link from a panel to the comparison of all chosen units by an indicator's id."""
    query = f"var-indicator={indicator}&${{district:queryparam}}&${{__url_time_range}}"
    return Link("Xem đủ", f"/d/{COMPARISON.uid}?{query}")


def feed_place(feed: Feed) -> Place:
    """A feed's dashboard."""
    return Place(f"{FEED_BOARD}{feed.name}", feed.title)


def row_links() -> tuple[Link, Link]:
    """Links from a row to the dashboard that it names: for all districts, and for its district."""
    board = f"/d/${{__data.fields.{BOARD_FIELD}}}"
    code = f"${{__data.fields.{DISTRICT_FIELD}}}"
    whole = Link("Mở màn hình", f"{board}?{KEPT}")
    return whole, Link("Mở theo địa phương", f"{board}?var-district={code}&{KEPT}")


def links() -> list[DashboardLink]:
    """A menu of all dashboards that keeps the time range and the variables.

    It finds them by their tag, so a new dashboard changes no other.
    """
    return [
        DashboardLink(
            title="Màn hình",
            type_val=DashboardLinkType.DASHBOARDS,
            icon="dashboard",
            tooltip="Các màn hình khác",
            url="",
            tags=[TAG],
            as_dropdown=True,
            include_vars=True,
            keep_time=True,
        )
    ]
