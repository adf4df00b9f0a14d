"""Sites that visitors of the province go to. Numbers and origins of visitors are invented."""

from typing import NamedTuple


class Site(NamedTuple):
    """A site: ``weight`` of its visitors, and their foreign share (0-1) before scaling."""

    site_id: str
    district: str
    weight: float
    foreign: float


SITES = (
    Site("ho-hoa-binh", "148", 13, 0.10),
    Site("thuy-dien-hoa-binh", "148", 6, 0.08),
    Site("den-bo", "148", 5, 0.02),
    Site("ban-ke", "150", 3, 0.14),
    Site("ban-da-bia", "150", 2, 0.22),
    Site("san-gon-luong-son", "152", 4, 0.30),
    Site("nghi-duong-luong-son", "152", 7, 0.10),
    Site("suoi-khoang-kim-boi", "153", 9, 0.06),
    Site("thac-mat-kim-boi", "153", 4, 0.04),
    Site("den-thac-bo", "154", 9, 0.02),
    Site("vuon-cam-cao-phong", "154", 3, 0.03),
    Site("hang-muong-bi", "155", 3, 0.10),
    Site("lung-van", "155", 3, 0.16),
    Site("ban-lac", "156", 10, 0.32),
    Site("ban-pom-coong", "156", 4, 0.30),
    Site("hang-kia", "156", 3, 0.25),
    Site("den-bang", "157", 3, 0.02),
    Site("hang-xom-trai", "157", 1, 0.08),
    Site("nha-may-in-tien", "159", 2, 0.03),
    Site("chua-tien", "159", 6, 0.02),
)
