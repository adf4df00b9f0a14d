"""The administrative procedures that the dossier simulator draws from. Invented codes and fees."""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.reference.units import Agency, Units
from producers.drawing import Weighted


@dataclass(frozen=True)
class Procedure:
    """A procedure: who handles it, in how many working days, for what fee.

    ``agency`` is a provincial agency's slug, or None if the district's own office handles it.
    """

    code: str
    sector: str
    level: str
    agency: str | None
    days: int
    fee_vnd: int = 0


PROVINCE, DISTRICT, COMMUNE = "province", "district", "commune"
LEVEL_SHARES = {PROVINCE: 0.27, DISTRICT: 0.28, COMMUNE: 0.45}
"""Provincial share after the seed figures of 2023: 76,148 of 281,165 dossiers."""

_WEIGHTS = {
    Procedure("HB-P-DKDN", "doanh-nghiep", PROVINCE, "so-khdt", 3, 100_000): 16,
    Procedure("HB-P-LLTP", "tu-phap", PROVINCE, "so-tu-phap", 10, 200_000): 16,
    Procedure("HB-P-GPLX", "giao-thong", PROVINCE, "so-gtvt", 5, 135_000): 14,
    Procedure("HB-P-HNYT", "y-te", PROVINCE, "so-y-te", 10): 10,
    Procedure("HB-P-KMTM", "cong-thuong", PROVINCE, "so-cong-thuong", 3): 18,
    Procedure("HB-P-MTDA", "moi-truong", PROVINCE, "so-tnmt", 10): 8,
    Procedure("HB-P-NCCM", "nguoi-co-cong", PROVINCE, "so-ldtbxh", 7): 12,
    Procedure("HB-P-GPXD", "xay-dung", PROVINCE, "so-xay-dung", 7): 6,
    Procedure("HB-D-HKDG", "ho-kinh-doanh", DISTRICT, None, 3, 100_000): 30,
    Procedure("HB-D-DDBD", "dat-dai", DISTRICT, None, 10, 60_000): 24,
    Procedure("HB-D-GPXD", "xay-dung", DISTRICT, None, 7): 12,
    Procedure("HB-D-BTXH", "bao-tro-xa-hoi", DISTRICT, None, 5): 20,
    Procedure("HB-D-CTHT", "ho-tich", DISTRICT, None, 2): 14,
    Procedure("HB-C-CTBS", "chung-thuc", COMMUNE, None, 1, 10_000): 32,
    Procedure("HB-C-DKKS", "ho-tich", COMMUNE, None, 1): 26,
    Procedure("HB-C-TTHN", "ho-tich", COMMUNE, None, 3): 24,
    Procedure("HB-C-BTXH", "bao-tro-xa-hoi", COMMUNE, None, 5): 18,
}

LEVELS = Weighted.of(LEVEL_SHARES)
PROCEDURES = {
    level: Weighted.of(
        {procedure: weight for procedure, weight in _WEIGHTS.items() if procedure.level == level}
    )
    for level in LEVEL_SHARES
}
"""Level -> its procedures, weighted by demand."""


def procedures_of(levels: Sequence[str], *, with_fee: bool) -> Weighted[Procedure]:
    """The procedures of these levels that have a fee (or none), weighted by demand.

    The weights are shares (0-1) of all dossiers of the province.
    """
    weights = {}
    for level in levels:
        of_level = sum(weight for each, weight in _WEIGHTS.items() if each.level == level)
        for each, weight in _WEIGHTS.items():
            if each.level == level and (each.fee_vnd > 0) is with_fee:
                weights[each] = LEVEL_SHARES[level] * weight / of_level
    return Weighted.of(weights)


class Offices:
    """The handlers of a procedure: a provincial agency, or the office of the applicant's district.

    If the agencies file lacks a procedure's agency, its first one is used.
    """

    def __init__(self, units: Units, agencies: Sequence[Agency]) -> None:
        self._of_district = {unit.code: f"ubnd-{unit.slug}" for unit in units.districts}
        self._agencies = frozenset(agency.slug for agency in agencies)
        self._fallback = agencies[0].slug

    def handling(self, procedure: Procedure, district: str) -> str:
        """The slug of the agency or office that handles the procedure in that district."""
        if procedure.agency is None:
            return self._of_district[district]
        return procedure.agency if procedure.agency in self._agencies else self._fallback
