"""The views that give figures of calendar periods: of all indicators, or of one. One text."""

from contracts.settings import Settings
from sinks.schema.statements import FOLDER, fill, values

ALL = "figures"
OF_ONE = "figures_of"
_COMMENTS = {
    ALL: "figures(since, until, grain): every indicator and unit by hour, day, week, month, "
    "quarter or year of the local calendar; all periods from that of since to that of until",
    OF_ONE: "figures_of(indicator, since, until, grain): the same for one indicator, and faster",
}


def figure_statements(settings: Settings) -> list[str]:
    """Statements that create the views, or replace those of an earlier version."""
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
