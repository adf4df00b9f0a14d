"""The SQL that recounts each sort of gauge, filled in from its contract."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contracts.indicators.gauges import (
    Gauge,
    HourlyHistory,
    LatestFigures,
    LatestStates,
    LatestTotals,
    OpenItems,
    Presence,
    Reporting,
    Silence,
)
from contracts.reference.province import Reference
from sinks.audit.statement import FOLDER, integers, texts
from sinks.schema.columns import quoted
from sinks.schema.statements import fill

Known = Mapping[str, Iterable[str]]


@dataclass(frozen=True)
class GaugeSql:
    """``facts`` selects the archive's data of each item, ``parts`` the parts of each district.

    Both may use the parallel lists ``{districts}`` and ``{as_ofs}`` (ms since 1970), and the list
    ``{held}`` of districts for which this gauge was emitted.
    """

    facts: str
    parts: str


def sql_of(gauge: Gauge, reference: Reference) -> GaugeSql:
    """The recount of a gauge."""
    match gauge:
        case OpenItems():
            return _sql("items", "open_items", _of_items(gauge))
        case Presence():
            more = {"limit_ms": str(gauge.limit_s * 1000)}
            known = _known(gauge.known(reference))
            return _sql("senders", "presence", _sender(gauge.device, gauge.kinds) | known | more)
        case Silence():
            known = _known(gauge.known(reference)) | {"longest": str(gauge.longest)}
            return _sql("senders", "silence", _sender(gauge.sender, gauge.kinds) | known)
        case Reporting():
            known = _known(gauge.known(reference))
            return _sql("senders", "reporting", _sender(gauge.reporter, gauge.kinds) | known)
        case LatestStates():
            said = {
                "item": gauge.item,
                "said": f"toString(assumeNotNull({gauge.state}))",
                "up": texts(gauge.up),
            }
            said |= {"kinds": texts(gauge.kinds), "counts_for_ms": str(gauge.counts_for_s * 1000)}
            return _sql("latest", "latest_states", said | _known(gauge.known(reference)))
        case LatestTotals():
            whole = gauge.whole(reference)
            return _sql(
                "latest",
                "latest_totals",
                _known(gauge.known(reference))
                | {
                    "item": gauge.reporter,
                    "said": f"toInt64(assumeNotNull({gauge.field}))",
                    "kinds": texts(gauge.kinds),
                    "counts_for_ms": str(gauge.counts_for_s * 1000),
                    "total": gauge.total,
                    "of_whole": gauge.of_whole,
                    "counted": texts(whole),
                    "counts": integers(whole.values(), "Int64"),
                },
            )
        case LatestFigures():
            fields = ", ".join(f"toString({field})" for field in (gauge.code, *gauge.also))
            series = {"series": f"[{fields}]", "kinds": texts(gauge.kinds)}
            return _sql("figures", "latest_figures", series)
        case HourlyHistory():
            weight = f"assumeNotNull({gauge.field})" if gauge.field else "1"
            hours = {"weight": weight, "kinds": texts(gauge.kinds), "days": str(gauge.days)}
            return _sql("hours", "hourly_history", hours | {"part": gauge.part})


def _of_items(gauge: OpenItems) -> dict[str, str]:
    return {
        "item": gauge.item,
        "opens": texts(gauge.opens),
        "closes": texts(gauge.closes),
        "due": gauge.due,
        "by": f"toString(assumeNotNull({gauge.by}))" if gauge.by else "''",
        "by_values": texts(gauge.by_values),
        "prefix": gauge.prefix,
    }


def _sender(sender: str, kinds: Iterable[str]) -> dict[str, str]:
    return {"sender": sender, "kinds": texts(kinds)}


def _known(known: Known) -> dict[str, str]:
    """The known items, and their number by district, as SQL lists."""
    counts = {district: len(set(items)) for district, items in known.items()}
    names = sorted(f"{district}|{item}" for district, items in known.items() for item in items)
    return {
        "known": f"({', '.join(map(quoted, names or ['']))})",
        "counted": texts(counts),
        "counts": integers(counts.values(), "Int64"),
    }


def _sql(facts: str, parts: str, values: Mapping[str, str]) -> GaugeSql:
    lists = {name: f"{{{name}}}" for name in ("districts", "as_ofs", "held")}
    files = (f"facts/{facts}.sql", f"parts/{parts}.sql")
    return GaugeSql(*(fill(_read(file), lists | dict(values)) for file in files))


def _read(file: str) -> str:
    return (FOLDER / "recount" / "gauges" / file).read_text(encoding="utf-8")
