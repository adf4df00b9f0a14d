"""Published numbers of dossiers compared with computed ones."""

from collections.abc import Iterator
from dataclasses import dataclass

from clickhouse_connect.driver.exceptions import ClickHouseError

from contracts.errors import IocError
from contracts.reference.province import load_reference
from contracts.reference.published import Published
from contracts.settings import Settings
from ioc.asking.explained import is_missing, message_of
from ioc.embedded.clickhouse_at_hand import clickhouse_at_hand
from ioc.published.recount import Recount, from_archive, from_panes, open_by_gauge
from sinks import client


@dataclass(frozen=True)
class Row:
    """One published number beside the computed ones.

    ``expected`` differs from ``published`` if that contradicts its own parts. ``gauge`` is empty if
    no gauge covers the number.
    """

    figure: str
    level: str
    published: int
    expected: int
    archive: int
    panes: int
    gauge: tuple[int | None, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether everything computed is as expected."""
        return {self.archive, self.panes, *self.gauge} == {self.expected}

    @property
    def difference(self) -> str:
        """Computed minus published; all differences, if archive, panes and gauge disagree."""
        computed = dict.fromkeys((self.archive, self.panes, *self.gauge))
        return " / ".join(map(self._less_published, computed))

    def _less_published(self, value: int | None) -> str:
        if value is None:
            return "–"
        return f"{value - self.published:+,}" if value != self.published else "0"


def compare(settings: Settings, published: Published) -> list[Row]:
    """Every published number beside the computed ones, by figure: total, province, below.

    Raises:
        UnavailableError: ClickHouse does not answer, and there is no data here either.
        IocError: the database holds no dossiers.
    """
    province = load_reference(settings).units.province.code
    nothing = IocError(
        f"database {settings.clickhouse_database} at ClickHouse {client.address(settings)} holds "
        f"no dossiers: run `ioc replay --scenario {published.scenario}` first"
    )
    with clickhouse_at_hand(settings), client.reader(settings) as connection:
        try:
            archive, panes = from_archive(connection), from_panes(connection)
            gauge = open_by_gauge(connection, province)
        except ClickHouseError as error:
            raise (nothing if is_missing(error) else IocError(message_of(error))) from None
    if not archive["received"].total:
        raise nothing
    return list(_compared(published, archive, panes, gauge))


def _compared(
    published: Published, archive: Recount, panes: Recount, gauge: int | None
) -> Iterator[Row]:
    for name, split in published.dossiers:
        for level in ("total", "province", "below"):
            said = getattr(split, level)
            yield Row(
                name,
                level,
                said,
                split.parts_sum if level == "total" else said,
                getattr(archive[name], level),
                getattr(panes[name], level),
                (gauge,) if (name, level) == ("in_process", "total") else (),
            )
