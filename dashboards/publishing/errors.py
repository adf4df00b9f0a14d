"""What can go wrong with a Grafana, each in one sentence."""

from contracts.errors import IocError


class GrafanaError(IocError):
    """Grafana refused something, or failed at it.

    ``status`` is that of its reply, None where there was none. ``is_general``: whatever else was
    asked of it would fail in the same way.
    """

    def __init__(self, sentence: str, status: int | None = None, *, is_general: bool = False):
        super().__init__(sentence)
        self.status = status
        self.is_general = is_general


class PublishingError(IocError):
    """Not everything was published."""
