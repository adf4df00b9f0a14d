"""Totals that a population must reach, from published figures."""

from dataclasses import dataclass

from contracts.reference.published import Published
from producers.procedures import COMMUNE, DISTRICT, PROVINCE


@dataclass(frozen=True)
class Quota:
    """Totals of a group of levels, in numbers of dossiers."""

    levels: tuple[str, ...]
    received: int
    resolved: int
    received_online: int
    paid_online: int


def quotas(published: Published) -> tuple[Quota, Quota]:
    """Totals of the dossiers of the province's agencies, and of those below."""
    figures = published.dossiers
    return (
        Quota(
            (PROVINCE,),
            figures.received.province,
            figures.resolved.province,
            figures.received_online.province,
            figures.paid_online.province,
        ),
        Quota(
            (DISTRICT, COMMUNE),
            figures.received.below,
            figures.resolved.below,
            figures.received_online.below,
            figures.paid_online.below,
        ),
    )
