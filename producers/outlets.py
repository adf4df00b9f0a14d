"""The outlets and topics that the press simulator draws from. No outlet of that name exists."""

from dataclasses import dataclass

from producers.drawing import Weighted


@dataclass(frozen=True)
class Outlet:
    """An outlet; ``reach`` is the median number of readers of one of its articles."""

    slug: str
    kind: str
    reach: int


_NAMES = {
    "central": (
        "tin-mau-01 tin-mau-02 nhat-bao-mau thoi-bao-mau buoi-sang-mau buoi-chieu-mau "
        "the-ky-mau doi-song-mau"
    ),
    "local": (
        "song-da-mau muong-mau cao-phong-mau mai-chau-mau kim-boi-mau lac-son-mau lac-thuy-mau "
        "yen-thuy-mau luong-son-mau da-bac-mau tan-lac-mau cong-chieng-mau"
    ),
    "portal": (
        "cong-tin-mau-01 cong-tin-mau-02 cong-tin-mau-03 cong-tin-mau-04 cong-tin-mau-05 "
        "diem-tin-mau tong-hop-mau"
    ),
    "social": (
        "trang-mau-01 trang-mau-02 trang-mau-03 trang-mau-04 trang-mau-05 trang-mau-06 "
        "nhom-mau-01 nhom-mau-02 nhom-mau-03 nhom-mau-04 kenh-mau-01 kenh-mau-02 kenh-mau-03"
    ),
}
_REACH = {"central": 20_000, "local": 3_000, "portal": 8_000, "social": 1_500}
_WEIGHT = {"central": 2.0, "local": 3.0, "portal": 2.5, "social": 1.0}

OUTLETS = Weighted.of(
    {
        Outlet(slug, kind, _REACH[kind]): _WEIGHT[kind]
        for kind, names in _NAMES.items()
        for slug in names.split()
    }
)

TOPICS = Weighted.of(
    {
        "kinh-te": 14,
        "du-lich": 13,
        "giao-thong": 12,
        "xay-dung-dang": 10,
        "giao-duc": 9,
        "nong-nghiep": 9,
        "van-hoa": 9,
        "y-te": 7,
        "an-ninh-trat-tu": 7,
        "dat-dai": 5,
        "thien-tai": 3,
        "moi-truong": 2,
    }
)
"""Topic -> weight; weights add up to 100."""
