"""All checks that need no ClickHouse."""

from collections.abc import Iterator, Sequence

from contracts.feed import Feed
from dashboards.checks import (
    alerting,
    house,
    links,
    sdk,
    sql_text,
    structure,
    thresholds,
    variables,
)
from dashboards.checks.alerting import Rule
from dashboards.checks.board import Dashboard
from dashboards.checks.problem import Problem


def problems(
    dashboards: Sequence[Dashboard], rules: Sequence[Rule], feeds: Sequence[Feed]
) -> Iterator[Problem]:
    """The problems of dashboards, in their order, then those of alert rules."""
    yield from structure.across(dashboards)
    for board in dashboards:
        yield from structure.dashboard(board)
        yield from house.dashboard(board)
        yield from variables.dashboard(board)
        yield from sql_text.dashboard(board)
        yield from thresholds.dashboard(board, feeds)
        yield from links.dashboard(board, dashboards)
        if sdk.is_installed():
            yield from sdk.dashboard(board)
    yield from alerting.problems(rules, dashboards)
