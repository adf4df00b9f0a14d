"""Whatever is chosen reaches ClickHouse as it is, or not at all."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboards.grafana.queries import final_sql
from dashboards.grafana.times import TimeRange
from dashboards.grafana.variables import Selection
from tests.dashboards.seeded import Engine

VALUES = st.lists(
    st.text(st.characters(exclude_characters="\\\0$", exclude_categories=["Cs"]), max_size=12),
    min_size=1,
    max_size=5,
)
"""Without a backslash, which Grafana does not escape; a dollar may begin a macro."""


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(VALUES)
def test_single_quoted_values_are_what_was_chosen(engine: Engine, values: list[str]) -> None:
    chosen = {"v": Selection("v", tuple(values), multi=True)}
    sql = final_sql("SELECT [${v:singlequote}] AS v", chosen, TimeRange(engine.now, engine.now), 60)
    assert list(engine.seeded(sql).rows[0][0]) == values
