"""Errors of a Grafana, each with one sentence."""

from contracts.errors import IocError


class GrafanaError(IocError):
    """Grafana refused a call, or failed.

    ``status`` is that of its reply; None without a reply. ``is_general`` says that every other call
    would fail in the same way.
    """

    def __init__(self, sentence: str, status: int | None = None, *, is_general: bool = False):
        super().__init__(sentence)
        self.status = status
        self.is_general = is_general


class PublishingError(IocError):
    """Not everything was published."""
