"""The index's dashboard and the pure evaluator agree on the same panes."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contracts.indicators.parts import Parts, decode_parts, merged
from contracts.reference.service_index import load_service_index
from contracts.registry import FEEDS
from dashboards.grafana.queries import final_sql
from dashboards.grafana.times import TimeRange
from dashboards.grafana.variables import Selection
from tests.contracts.reference.scoring import Score, in_force, score
from tests.dashboards.boards.reading import built, panel_titled, statement
from tests.dashboards.seeded import Engine

DISTRICTS = ("148", "157")
BOARD = built(*FEEDS)["ioc-chi-so-phuc-vu"]
INDEX = load_service_index()
HERE = ZoneInfo("Asia/Ho_Chi_Minh")


def asked(engine: Engine, title: str, time: TimeRange) -> dict[str, dict[str, Any]]:
    """The rows of a panel by the name of their district."""
    selections = {"district": Selection("district", DISTRICTS)}
    answer = engine.seeded(final_sql(statement(panel_titled(BOARD, title)), selections, time, 60))
    rows = [dict(zip(answer.names, row, strict=True)) for row in answer.rows]
    return {str(row.get("Địa phương", row.get("series"))): row for row in rows}


def expected(engine: Engine, end: datetime) -> dict[str, Score]:
    """The scores of the month by the names of the districts, from their panes."""
    begin = end.astimezone(HERE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    version = in_force(INDEX, begin.date())
    assert version is not None
    found = {}
    for district in DISTRICTS:
        rows = engine.seeded(
            "SELECT counts, histograms, sets FROM panes FINAL "
            f"WHERE feed = 'dossier' AND district = '{district}' "
            f"AND pane >= toDateTime({begin.timestamp():.0f})"
        ).rows
        parts: Parts = merged(
            decode_parts({"counts": counts, "histograms": histograms, "sets": sets})
            for counts, histograms, sets in rows
        )
        counts = {name: part for name, part in parts.items() if isinstance(part, int)}
        (name,) = engine.seeded(f"SELECT name_vi FROM units WHERE code = '{district}'").rows[0]
        found[name] = score(version, counts)
    return found


def last_month(engine: Engine) -> TimeRange:
    end = engine.now.astimezone(UTC).replace(second=0, microsecond=0)
    return TimeRange(end - timedelta(days=30), end)


def test_ranking(engine: Engine) -> None:
    time = last_month(engine)
    rows = asked(engine, "Xếp hạng theo Bộ chỉ số", time)
    scores = expected(engine, time.end)
    assert rows.keys() == scores.keys()
    for name, held in scores.items():
        row = rows[name]
        assert held.costliest is not None
        assert row["Điểm"] == pytest.approx(held.points)
        assert row["Điểm đo được"] == pytest.approx(held.known) == 68
        assert row["Đạt"] == pytest.approx(held.points / held.known)
        assert row["Xếp loại"] == "Chưa đủ để xếp loại"
        assert row["Mất nhiều nhất"] == held.costliest.rule.title
        assert row["Điểm mất"] == pytest.approx(held.costliest.lost)
    assert list(rows) == sorted(rows, key=lambda name: rows[name]["Đạt"])


def test_parts_and_trend(engine: Engine) -> None:
    time = last_month(engine)
    rows = asked(engine, "Điểm từng thành phần", time)
    trend = asked(engine, "Mức đạt theo tháng", TimeRange(engine.now - timedelta(days=1), time.end))
    for name, held in expected(engine, time.end).items():
        for part in held.parts:
            shown = rows[name][f"{part.rule.title} ({part.rule.points:g})"]
            if part.rule.measured is None:
                assert shown == "Không đo được"
            else:
                assert shown == pytest.approx(part.points)
        assert 0 < trend[name]["Đạt"] <= 1


def test_a_month_without_panes_has_no_score(engine: Engine) -> None:
    time = TimeRange(datetime(2023, 1, 1, tzinfo=UTC), datetime(2023, 1, 20, tzinfo=UTC))
    for row in asked(engine, "Xếp hạng theo Bộ chỉ số", time).values():
        assert row["Điểm"] is row["Đạt"] is row["Xếp loại"] is row["Mất nhiều nhất"] is None


def test_the_rules_say_what_is_not_measured(engine: Engine) -> None:
    time = last_month(engine)
    answer = engine.seeded(
        final_sql(statement(panel_titled(BOARD, "Cách tính điểm")), {}, time, 60)
    )
    rows = [dict(zip(answer.names, row, strict=True)) for row in answer.rows]
    assert sum(row["Điểm tối đa"] for row in rows) == 100
    unmeasured = sum(row["Điểm tối đa"] for row in rows if row["Cách đo"] == "Không đo được")
    assert unmeasured == 32
    old = TimeRange(datetime(2022, 1, 1, tzinfo=UTC), datetime(2022, 6, 1, tzinfo=UTC))
    before = final_sql(statement(panel_titled(BOARD, "Cách tính điểm")), {}, old, 60)
    assert engine.seeded(before).rows == []
