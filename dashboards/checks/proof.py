"""The proof of SQL: every statement, for all kinds of choice, on a real ClickHouse engine."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from dashboards.checks import columns
from dashboards.checks.alerting import ALERTS, Rule
from dashboards.checks.asked import Asked, default_period, of_dashboard, of_rules
from dashboards.checks.board import Dashboard
from dashboards.checks.choices import Choice, choices, opening
from dashboards.checks.engine import Answer, Ask, RefusedError
from dashboards.checks.house import ZONE
from dashboards.checks.problem import Problem
from dashboards.checks.sharing import Statement, Trial, shared
from dashboards.checks.sql_text import is_ordered
from dashboards.grafana.macros import MacroError
from dashboards.grafana.queries import final_sql

_CLOCK = re.compile(r"\bnow(?:64)?\s*\(", re.IGNORECASE)


@dataclass(frozen=True)
class Proven:
    """The outcome of a statement on one engine."""

    dashboard: str
    place: str
    kind: str
    times: int
    """How often it ran: once for each choice and period that gives different SQL."""
    rows: int
    """The greatest number of rows of an answer."""
    ms: float
    """The longest time that it took."""
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class _Run:
    choice: str
    sql: str
    is_spare: bool
    """It is only needed where the others gave no rows."""


def prove(
    dashboards: Sequence[Dashboard],
    rules: Sequence[Rule],
    ask: Ask,
    now: datetime,
    *,
    is_empty: bool = False,
) -> Iterator[Proven]:
    """Run every statement for every choice.

    Statements that differ only in quoted texts share the choices. ``is_empty`` says that the tables
    are empty: then nothing may show a zero, and only the opening choice is tried.
    """
    zone = ZoneInfo(ZONE)
    statements: list[Statement] = []
    for board in dashboards:
        try:
            chosen = opening(board, ask, default_period(board, now, zone))
        except (RefusedError, MacroError) as error:
            problem = Problem(board.uid, "variables", f"one can't be asked: {error}")
            yield Proven(board.uid, "variables", "variable", 0, 0, 0.0, (problem,))
            continue
        statements += [
            Statement(asked, list(choices(board, chosen, asked.variables)), number)
            for number, asked in enumerate(of_dashboard(board, now, zone))
        ]
    statements += [Statement(asked, [Choice(ALERTS, {})]) for asked in of_rules(rules, now)]
    for each in shared(statements):
        runs = (
            _runs(each.asked, each.tried[:1])
            if is_empty
            else _runs(each.asked, each.tried, each.spare)
        )
        yield _proven(each.asked, runs, ask, is_empty=is_empty)


def _runs(
    asked: Asked, tried: Sequence[Trial], spare: Sequence[Trial] = ()
) -> Iterator[_Run | RefusedError]:
    """Different statements to run; ends with a RefusedError if a macro is refused."""
    seen = set()
    for number, trial in enumerate((*tried, *spare)):
        interval_s = asked.interval_s(trial.period)
        try:
            sql = final_sql(asked.sql, trial.choice.selections, trial.period, interval_s)
        except MacroError as error:
            yield RefusedError(str(error))
            return
        if sql not in seen:
            seen.add(sql)
            yield _Run(trial.text(asked.period), sql, is_spare=number >= len(tried))


def _proven(
    asked: Asked, runs: Iterator[_Run | RefusedError], ask: Ask, *, is_empty: bool
) -> Proven:
    """Run the statements of one place. Equal sentences about them become one problem."""
    sentences: dict[str, str] = {}
    answers: list[Answer] = []
    for run in runs:  # each one runs, whatever is wrong with the others
        if isinstance(run, RefusedError):
            sentences.setdefault(str(run), "")
            continue
        if run.is_spare and any(answer.rows for answer in answers):
            break
        try:
            answer = ask(run.sql)
        except RefusedError as error:
            sentences.setdefault(f"ClickHouse refuses it: {error}", run.choice)
            continue
        found = list(columns.problems(asked, answer))
        if is_empty:
            found += columns.zeros(asked, answer)
        elif not answers:
            found += _order(asked, run, answer, ask)
        for sentence in found:
            sentences.setdefault(sentence, run.choice)
        answers.append(answer)
    if not is_empty and answers and not any(answer.rows for answer in answers):
        sentences["it gave no rows at all, whose values could be looked at"] = ""
    return Proven(
        asked.dashboard,
        asked.place,
        asked.kind,
        len(answers),
        max((len(answer.rows) for answer in answers), default=0),
        max((answer.ms for answer in answers), default=0.0),
        tuple(_problems(asked, sentences, is_empty=is_empty)),
    )


def _problems(asked: Asked, sentences: dict[str, str], *, is_empty: bool) -> Iterator[Problem]:
    tables = " (empty tables)" if is_empty else ""
    for sentence, choice in sentences.items():
        told = f" [{choice}]" if choice not in ("", ALERTS) else ""
        yield Problem(asked.dashboard, asked.place, f"{sentence}{told}{tables}")


def _order(asked: Asked, run: _Run, answer: Answer, ask: Ask) -> Iterator[str]:
    """Rows must come in an order that the statement names, and again in the same order."""
    if len(answer.rows) < 2:
        return
    if asked.kind != "alert" and not is_ordered(run.sql):
        yield "it gives several rows without ORDER BY"
    elif not _CLOCK.search(run.sql) and not columns.same(answer.rows, ask(run.sql).rows):
        yield "asked a second time it gave other rows, or in another order"
