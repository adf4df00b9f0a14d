"""The views that give figures of calendar periods: of all indicators, or of one. One text."""

from contracts.settings import Settings
from sinks.schema.statements import FOLDER, fill, values

ALL = "figures"
OF_ONE = "figures_of"
_COMMENTS = {
    ALL: "figures(since, until, grain): every indicator and unit by hour, day, week, month, "
    "quarter or year of the local calendar; each period that has a day from since to until, whole",
    OF_ONE: "figures_of(indicator, since, until, grain): of one indicator, reading its feed alone",
}
_ONE = "{indicator:String}"


def figure_statements(settings: Settings) -> list[str]:
    """What makes the views, or makes them anew: an earlier version's may differ."""
    return [_view(settings, ALL, "", "", ""), _of_one(settings)]


def _of_one(settings: Settings) -> str:
    return _view(
        settings,
        OF_ONE,
        of_feed=f" AND feed = splitByChar('.', {_ONE})[1]",
        of_indicator=f"\n        WHERE id = {_ONE}",
        of_gauge=f" AND indicator = {_ONE}",
    )


def _view(settings: Settings, view: str, of_feed: str, of_indicator: str, of_gauge: str) -> str:
    return fill(
        _text("figures"),
        {
            **values(settings),
            "view": view,
            "comment": _COMMENTS[view],
            "of_feed": of_feed,
            "of_indicator": of_indicator,
            "of_gauge": of_gauge,
            "bucket": _text("figures_bucket"),
        },
    )


def _text(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8").strip()
