"""The contents that the centre watches. The platforms that feed them come last."""

from enum import Enum


class Content(Enum):
    """What a feed is about: the nine contents of the centre in its own order, by their titles.

    Source: the province's article of 20 September 2023 on its e-government.
    """

    ECONOMY = "Phát triển kinh tế - xã hội"
    DOCUMENTS = "Văn bản điều hành điện tử"
    SERVICES = "Dịch vụ hành chính công"
    TRAFFIC = "Giám sát an toàn giao thông"
    PRESS = "Thông tin báo chí trên mạng"
    SECURITY = "An toàn thông tin"
    EDUCATION = "Hệ thống giáo dục"
    TOURISM = "Thông tin du lịch"
    PETITIONS = "Kiến nghị của người dân, doanh nghiệp"
    PLATFORMS = "Nền tảng số"

    @property
    def is_platform(self) -> bool:
        """Whether it is one of the platforms that feed the nine contents."""
        return self is Content.PLATFORMS

    @property
    def order(self) -> int:
        """Its rank among all contents, from 0."""
        return list(Content).index(self)
