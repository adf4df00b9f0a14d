from datetime import UTC, datetime

import pytest

from dashboards.preview.frames import Kind, Table, kind_of, series_frame, table_frame
from dashboards.preview.reducing import reduce

ONE, TWO = datetime(2026, 11, 25, 1, tzinfo=UTC), datetime(2026, 11, 25, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("type_name", "kind"),
    [
        ("Nullable(Float64)", Kind.NUMBER),
        ("UInt8", Kind.NUMBER),
        ("Bool", Kind.NUMBER),
        ("LowCardinality(Nullable(String))", Kind.TEXT),
        ("DateTime64(3, 'UTC')", Kind.TIME),
        ("Nullable(Date)", Kind.TIME),
        ("SimpleAggregateFunction(max, DateTime)", Kind.TIME),
        ("Array(UInt8)", Kind.TEXT),
        ("Enum8('a' = 1)", Kind.TEXT),
    ],
)
def test_the_kind_of_a_column_goes_by_its_type(type_name: str, kind: Kind) -> None:
    assert kind_of(type_name) is kind


def test_long_rows_become_a_column_for_each_combination_of_labels() -> None:
    table = Table(
        ("time", "district", "value"),
        ("DateTime", "LowCardinality(String)", "Nullable(Float64)"),
        ((ONE, ONE, TWO), ("a", "b", "b"), (1.0, 2.0, None)),
    )
    made = series_frame("A", table)
    assert [(one.name, dict(one.labels), one.values) for one in made.columns] == [
        ("time", {}, (ONE, TWO)),
        ("value", {"district": "a"}, (1.0, None)),
        ("value", {"district": "b"}, (2.0, None)),
    ]


def test_a_table_stays_as_it_is_and_nan_is_no_data() -> None:
    table = Table(("name", "value"), ("String", "Float64"), (("a", "b"), (float("nan"), 2.0)))
    assert table_frame("A", table).columns[1].values == (None, 2.0)
    assert series_frame("A", table).columns[1].values == (None, 2.0)


@pytest.mark.parametrize(
    ("calculation", "figure"),
    [
        ("lastNotNull", 3),
        ("last", None),
        ("first", 4),
        ("mean", 3),
        ("median", 3),
        ("max", 4),
        ("min", 2),
        ("sum", 9),
        ("count", 4),
        ("range", 2),
        ("diff", -1),
        ("distinctCount", 3),
    ],
)
def test_calculations(calculation: str, figure: float | None) -> None:
    assert reduce((4, 2, 3, None), calculation) == figure
    if calculation not in ("count", "distinctCount"):
        assert reduce((), calculation) is None
        assert reduce((None,), calculation) is None
