"""Variables, which let a viewer choose."""

from collections.abc import Mapping

from grafana_foundation_sdk.models.dashboard import (
    VariableHide,
    VariableModel,
    VariableOption,
    VariableRefresh,
    VariableSort,
    VariableType,
)

from contracts.indicators.indicator import HORIZONS_S
from contracts.reference.units import KIND_WORDS
from dashboards.boards.clickhouse import PLUGIN, SOURCE
from dashboards.boards.panels import MOST_DRAWN
from dashboards.boards.statements import sql, text

HORIZON_TEXTS = {300: "5 phút", 3_600: "1 giờ", 86_400: "24 giờ"}


def source() -> VariableModel:
    """The ClickHouse data source of all panels: the provisioned one, else the first."""
    return without_auto(
        VariableModel(
            type_val=VariableType.DATASOURCE,
            name="source",
            label="Nguồn dữ liệu",
            hide=VariableHide.HIDE_VARIABLE,
            description="Nguồn dữ liệu ClickHouse mà các bảng hỏi",
            query=PLUGIN,
            current=VariableOption(selected=True, text="ClickHouse", value="clickhouse"),
            multi=False,
            include_all=False,
            options=[],
            refresh=VariableRefresh.ON_DASHBOARD_LOAD,
        )
    )


def without_auto(variable: VariableModel) -> VariableModel:
    """Remove the settings of interval variables, which the SDK's models add to every variable."""
    variable.auto = variable.auto_min = variable.auto_count = None
    return variable


def district() -> VariableModel:
    """The districts to show (code as value, name as text); all are chosen at first."""
    return several("district", "Địa phương", "Địa phương được chọn", sql("districts"))


def shown() -> VariableModel:
    """The number of chosen units that charts draw, for titles: 12 trong 148 xã, phường."""
    kinds, words = (", ".join(map(text, side)) for side in (KIND_WORDS, KIND_WORDS.values()))
    kind_words = f"transform(toString(kind), [{kinds}], [{words}], '')"
    return words_of("shown", sql("shown_words", most=MOST_DRAWN, kind_words=kind_words))


def words_of(name: str, statement: str) -> VariableModel:
    """A hidden variable: words for titles, from a statement. Addresses do not contain it."""
    return without_auto(
        VariableModel(
            type_val=VariableType.QUERY,
            name=name,
            label="Chữ trong tiêu đề",
            hide=VariableHide.HIDE_VARIABLE,
            skip_url_sync=True,
            description="Chữ trong tiêu đề các bảng",
            query=statement,
            definition=statement,
            datasource=SOURCE,
            multi=False,
            include_all=False,
            allow_custom_value=False,
            options=[],
            refresh=VariableRefresh.ON_DASHBOARD_LOAD,
        )
    )


def several(name: str, label: str, description: str, statement: str) -> VariableModel:
    """A choice of several rows of a statement (value, text); all are chosen at first."""
    return without_auto(
        VariableModel(
            type_val=VariableType.QUERY,
            name=name,
            label=label,
            hide=VariableHide.DONT_HIDE,
            description=description,
            query=statement,
            definition=statement,
            datasource=SOURCE,
            current=VariableOption(selected=True, text=["Tất cả"], value=["$__all"]),
            multi=True,
            include_all=True,
            allow_custom_value=False,
            options=[],
            refresh=VariableRefresh.ON_DASHBOARD_LOAD,
            sort=VariableSort.DISABLED,
        )
    )


PERIODS = {
    "24h": "24 giờ",
    "day": "Hôm nay",
    "week": "Tuần",
    "month": "Tháng",
    "quarter": "Quý",
    "year": "Năm",
}
"""24 rolling hours, and calendar periods to date."""


def period() -> VariableModel:
    """The period of all figures of a screen; links between screens keep it."""
    description = "Kỳ của số liệu: 24 giờ qua, hoặc từ đầu kỳ đến nay"
    return _choice("period", "Kỳ", description, PERIODS, next(iter(PERIODS)))


def horizon(chosen_s: int) -> VariableModel:
    """The horizon of rolling figures, in seconds."""
    return _choice(
        "horizon",
        "Tính trên",
        "Số liệu trượt tính trên khoảng thời gian này",
        {str(seconds): HORIZON_TEXTS[seconds] for seconds in HORIZONS_S},
        str(chosen_s),
    )


def _choice(
    name: str, label: str, description: str, texts: Mapping[str, str], chosen: str
) -> VariableModel:
    """A choice of one of the keys of ``texts``, in their order."""
    options = [
        VariableOption(selected=value == chosen, text=text, value=value)
        for value, text in texts.items()
    ]
    return without_auto(
        VariableModel(
            type_val=VariableType.CUSTOM,
            name=name,
            label=label,
            hide=VariableHide.DONT_HIDE,
            description=description,
            query=", ".join(f"{text} : {value}" for value, text in texts.items()),
            current=next(option for option in options if option.selected),
            multi=False,
            include_all=False,
            allow_custom_value=False,
            options=options,
        )
    )
