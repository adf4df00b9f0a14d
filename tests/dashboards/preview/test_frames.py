from datetime import UTC, datetime

import pytest

from dashboards.preview.frames import Kind, Table, kind_of, series_frame, table_frame
from dashboards.preview.reducing import reduce
from dashboards.preview.transforming import transform
from tests.dashboards.preview.making import frame

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


def test_organize_leaves_out_orders_and_renames() -> None:
    step = {
        "id": "organize",
        "options": {
            "excludeByName": {"code": True, "name": False},
            "indexByName": {"value": 0, "name": 1},
            "renameByName": {"name": "Tên"},
        },
    }
    (made,), unknown = transform((frame(code=["1"], name=["a"], value=[5]),), [step])
    assert [one.name for one in made.columns] == ["value", "Tên"]
    assert unknown == []


def test_sorting_puts_what_is_missing_last() -> None:
    data = frame(name=["a", "b", "c"], value=[1, None, 3])
    step = {"id": "sortBy", "options": {"sort": [{"field": "value", "desc": True}]}}
    (made,), _ = transform((data,), [step])
    assert made.columns[0].values == ("c", "a", "b")


def test_a_matrix_has_a_column_for_each_value() -> None:
    data = frame(day=["T2", "T2", "T3"], hour=[8, 9, 8], count=[5, 6, 7])
    options = {"columnField": "hour", "rowField": "day", "valueField": "count"}
    (made,), _ = transform((data,), [{"id": "groupingToMatrix", "options": options}])
    assert [(one.name, one.values) for one in made.columns] == [
        ("day\\hour", ("T2", "T3")),
        ("8", (5, 7)),
        ("9", (6, None)),
    ]


def test_joining_puts_frames_side_by_side() -> None:
    left, right = frame(k=["a", "b"], x=[1, 2]), frame(k=["b", "c"], y=[3, 4])
    (outer,), _ = transform((left, right), [{"id": "joinByField", "options": {"byField": "k"}}])
    assert [one.values for one in outer.columns] == [("a", "b", "c"), (1, 2, None), (None, 3, 4)]
    inner = {"id": "joinByField", "options": {"byField": "k", "mode": "inner"}}
    (both,), _ = transform((left, right), [inner])
    assert [one.values for one in both.columns] == [("b",), (2,), (3,)]


def test_fields_are_filtered_by_name_and_pattern() -> None:
    data = frame(code=["1"], name=["a"], value=[5])
    step = {"id": "filterFieldsByName", "options": {"include": {"pattern": "/^(name|value)$/"}}}
    (made,), _ = transform((data,), [step])
    assert [one.name for one in made.columns] == ["name", "value"]


def test_an_unknown_transformation_is_named_and_passed_over() -> None:
    data = frame(value=[5])
    made, unknown = transform((data,), [{"id": "smoothing"}, {"id": "limit"}])
    assert (made[0].rows, unknown) == (1, ["smoothing"])
