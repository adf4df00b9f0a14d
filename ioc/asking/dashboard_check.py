"""``ioc dashboards check``: runs the checks, with a ClickHouse to prove the SQL on."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from rich.console import Console

from contracts.reference.province import load_reference
from contracts.registry import FEEDS
from contracts.settings import Settings
from dashboards.checks import alerting, check, proof, sdk
from dashboards.checks.alerting import Rule
from dashboards.checks.board import JSON_FOLDER, Dashboard, load_dashboards
from dashboards.checks.engine import asking
from dashboards.checks.problem import Problem
from dashboards.checks.report import print_problems, print_proven
from dashboards.checks.seeding.rows import Extent, seed
from ioc import schema
from ioc.embedded.scratch import scratch_clickhouse
from sinks import client
from sinks.rollups.rolling import roll_up_missing

EMPTY = "ioc_empty"
SEEDED_MINUTES = 1_560
"""A day and two hours: longer than any panel looks back by itself."""
SEEDED_EVENTS = 20_000
STEP_S = 300
WRITTEN = timedelta(seconds=5)
"""Time for the figures of the last minute to be computed and written."""


def check_dashboards(settings: Settings, console: Console, *, sql: bool, live: bool) -> bool:
    """Print what is wrong; False if anything is.

    Raises:
        IocError: a file can't be read, or ClickHouse does not answer.
    """
    boards = load_dashboards(JSON_FOLDER)
    rules = _rules(console)
    if not sdk.is_installed():
        console.print("[yellow]fields are not compared with Grafana's models: no SDK here[/]")
    problems = list(check.problems(boards, rules, FEEDS))
    if sql and live:
        problems += _live(settings, console, boards, rules)
    elif sql:
        problems += _seeded(settings, console, boards, rules)
    else:
        console.print("[yellow]SQL was not run[/]")
    print_problems(console, list(dict.fromkeys(problems)))
    return not problems


def _rules(console: Console) -> Sequence[Rule]:
    rules = alerting.load_rules()
    if rules is None:
        console.print("[yellow]alert rules are not looked at: PyYAML is not installed here[/]")
    return rules or ()


def _live(
    settings: Settings, console: Console, boards: Sequence[Dashboard], rules: Sequence[Rule]
) -> list[Problem]:
    with client.reader(settings) as connection:
        proven = proof.prove(boards, rules, asking(connection), datetime.now(UTC))
        return print_proven(console, f"ClickHouse at {client.address(settings)}", proven)


def _seeded(
    settings: Settings, console: Console, boards: Sequence[Dashboard], rules: Sequence[Rule]
) -> list[Problem]:
    problems: list[Problem] = []
    with seeded_clickhouse(settings) as (seeded, empty, now):
        for database, name, is_empty in (
            (seeded, "seeded tables", False),
            (empty, "empty tables", True),
        ):
            with client.reader(database) as connection:
                proven = proof.prove(boards, rules, asking(connection), now, is_empty=is_empty)
                problems += print_proven(console, name, proven)
    return problems


MEMORY_MB = 1_500
"""A loaded engine returns memory late, and would refuse statements that fit."""


@contextmanager
def seeded_clickhouse(
    settings: Settings, minutes: int = SEEDED_MINUTES
) -> Iterator[tuple[Settings, Settings, datetime]]:
    """A temporary ClickHouse: settings of a seeded database and of an empty one, and its now.

    The seeded tables hold the ``minutes`` before it.
    """
    reference = load_reference(settings)
    memory_mb = max(MEMORY_MB, settings.clickhouse_memory_mb)
    roomy = settings.model_copy(update={"clickhouse_memory_mb": memory_mb})
    with scratch_clickhouse(roomy) as seeded:
        empty = seeded.model_copy(update={"clickhouse_database": EMPTY})
        for one in (seeded, empty):
            schema.apply(one, FEEDS, reference)
        until = datetime.now(UTC).replace(second=0, microsecond=0)
        with client.writer(seeded) as connection:
            seed(connection, FEEDS, Extent(until, minutes, SEEDED_EVENTS, STEP_S))
            roll_up_missing(connection)
        yield seeded, empty, until + WRITTEN
