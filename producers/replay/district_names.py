"""Districts as people write them: by code, or by name with or without its kind and accents."""

import re
from collections import defaultdict

from contracts.reference.units import Unit, Units
from producers.replay.cells import UnmappedError, ascii_of, text
from producers.replay.records import Cell

KINDS = re.compile(
    r"^((ubnd|uy ban nhan dan) )?((huyen|thanh pho|tp|thi xa|tx|thi tran|quan|h|q|xa|phuong) )?"
)


class DistrictNames:
    """Looks up a district's code."""

    def __init__(self, units: Units) -> None:
        self._codes: dict[str, set[str]] = defaultdict(set)
        for unit in units.districts:
            for name in _names(unit):
                self._codes[name].add(unit.code)

    def code(self, cell: Cell) -> str:
        """The code of the district named in the cell. Raises UnmappedError."""
        plain = _plain(text(cell))
        codes = self._codes.get(plain) or self._codes.get(KINDS.sub("", plain)) or set()
        if len(codes) > 1:
            raise UnmappedError(cell, "names more than one unit: write its code instead")
        if not codes:
            raise UnmappedError(cell, "is no district of the units file: correct it, or add values")
        return next(iter(codes))


def _names(unit: Unit) -> set[str]:
    """A code whose leading zeros a spreadsheet may have dropped."""
    full = _plain(unit.name_vi)
    return {unit.code, unit.code.lstrip("0"), _plain(unit.slug), full, KINDS.sub("", full)}


def _plain(name: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", ascii_of(name).lower()))
