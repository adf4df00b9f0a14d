"""The views that give figures of calendar periods: of all indicators, or of one. One text."""

from contracts.settings import Settings
from sinks.schema.statements import FOLDER, fill, values

ALL = "figures"
OF_ONE = "figures_of"
_COMMENTS = {
    ALL: "figures(since, until, grain): every indicator and unit by hour, day, week, month, "
    "quarter or year of the local calendar; each period that has a day from since to until, whole",
    OF_ONE: "figures_of(indicator, since, until, grain): of one indicator, reading it alone",
}


def figure_statements(settings: Settings) -> list[str]:
    """What makes the views, or makes them anew: an earlier version's may differ."""
    return [
        _view(settings, ALL, ""),
        _view(settings, OF_ONE, " AND indicator = {indicator:String}"),
    ]


def period_start(grain: str) -> str:
    """The SQL for the start, UTC, of the local period that ``period`` is in.

    ``grain`` names the column that says of which length.
    """
    return fill(_text("period_start"), {"grain": grain})


def _view(settings: Settings, view: str, of_indicator: str) -> str:
    return fill(
        _text("figures"),
        {
            **values(settings),
            "view": view,
            "comment": _COMMENTS[view],
            "of_indicator": of_indicator,
        },
    )


def _text(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8").strip()
