"""Where the dashboards are, and links between them that keep time range and district."""

from dataclasses import dataclass

from grafana_foundation_sdk.models.dashboard import DashboardLink, DashboardLinkType

from contracts.feed import Feed
from dashboards.boards.fields import Link

TAG = "ioc"
DISTRICT_FIELD = "code"
"""The hidden column that links from rows take the district's code from."""


@dataclass(frozen=True)
class Place:
    """A dashboard: its uid, which is its address, and its title."""

    uid: str
    title: str

    def of_district(self, title: str) -> Link:
        """A link from a row to this dashboard, for the row's district and the same time range."""
        code = f"${{__data.fields.{DISTRICT_FIELD}}}"
        return Link(title, f"/d/{self.uid}?var-district={code}&${{__url_time_range}}")


WALL = Place("ioc-tong-quan", "Tổng quan")
SERVICE_INDEX = Place("ioc-chi-so-phuc-vu", "Chỉ số phục vụ")
COMPARISON = Place("ioc-so-sanh", "So sánh địa phương")
QUALITY = Place("ioc-chat-luong", "Chất lượng dữ liệu")


def feed_place(feed: Feed) -> Place:
    """Where a feed's dashboard is."""
    return Place(f"ioc-feed-{feed.name}", feed.title)


def links() -> list[DashboardLink]:
    """A menu of all dashboards, with the time range and the variables of the one it stands on.

    It finds them by their tag: a new dashboard changes no other.
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
