"""Figures of dossiers, recounted from ClickHouse in independent ways."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from clickhouse_connect.driver.client import Client

from dashboards.boards.statements import sql

FIGURES = ("received", "resolved", "in_process", "received_online", "paid_online")

_ARCHIVE = """
SELECT at_province, sum(received), sum(resolved), countIf(received > 0 AND closed = 0),
    sum(received_online), sum(paid_online)
FROM
(
    SELECT dossier_id, level = 'province' AS at_province,
        countIf(kind = 'received') AS received,
        countIf(kind = 'resolved') AS resolved,
        countIf(kind IN ('resolved', 'returned')) AS closed,
        countIf(kind = 'received' AND channel = 2) AS received_online,
        countIf(kind = 'paid' AND paid_online) AS paid_online
    FROM events_dossier FINAL
    GROUP BY dossier_id, at_province
)
GROUP BY at_province
"""

_PANES = sql("dossiers_by_level", held="panes FINAL\nWHERE feed = 'dossier'")
"""The statement of the screen that shows the publication, over panes instead of their roll-ups."""

_GAUGE = """
SELECT value FROM indicator_latest
WHERE indicator = 'dossier.open' AND horizon_s = 0 AND district = {province:String}
"""


@dataclass(frozen=True)
class Counted:
    """A number of dossiers at the province's own agencies, and below."""

    province: int
    below: int

    @property
    def total(self) -> int:
        """The sum of both."""
        return self.province + self.below


Recount: TypeAlias = Mapping[str, Counted]
"""A figure's name (one of FIGURES) -> its value."""


def from_archive(client: Client) -> Recount:
    """Each figure from the archived events; a dossier without result or return is in process."""
    rows = client.query(_ARCHIVE).result_rows
    by_group = {bool(at_province): counts for at_province, *counts in rows}
    nothing = [0] * len(FIGURES)
    parts = zip(by_group.get(True, nothing), by_group.get(False, nothing), strict=True)
    return {
        name: Counted(int(province), int(below))
        for name, (province, below) in zip(FIGURES, parts, strict=True)
    }


def from_panes(client: Client) -> Recount:
    """Each figure merged from all one-minute panes; in process is received minus resolved."""
    rows = client.query(_PANES).result_rows
    found = {name: Counted(int(province), int(below)) for name, _, province, below in rows}
    return {name: found.get(name, Counted(0, 0)) for name in FIGURES}


def open_by_gauge(client: Client, province: str) -> int | None:
    """The gauge of open dossiers of the whole province; None if there is none yet."""
    rows = client.query(_GAUGE, parameters={"province": province}).result_rows
    return None if not rows or rows[0][0] is None else int(rows[0][0])
