"""A query runs once for all screens; a failed one runs again."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime

import pytest

from contracts.errors import UnavailableError
from dashboards.preview.draw.drawing import Html
from dashboards.preview.frames import Table
from dashboards.preview.model import Annotation, Dashboard
from dashboards.preview.readers import QueryError
from dashboards.preview.session import Session, marks_of
from dashboards.preview.source import Source
from dashboards.preview.state import read_state
from tests.dashboards.preview.making import dashboard

Answer = Callable[[str], Table]
ONE = Table(("Tổng",), ("UInt8",), ((42,),))
DISTRICTS = Table(("v", "t"), ("String", "String"), (("148", "150"), ("Hòa Bình", "Đà Bắc")))


class FakeReaders:
    """Answers at once, and remembers the queries."""

    def __init__(self, answer: Answer) -> None:
        self.address = "127.0.0.1:1"
        self.asked: list[str] = []
        self._answer = answer

    def ask(self, sql: str) -> "Future[Table]":
        self.asked.append(sql)
        future: Future[Table] = Future()
        try:
            future.set_result(self._answer(sql))
        except (QueryError, UnavailableError) as error:
            future.set_exception(error)
        return future


def panel(number: int, sql: str) -> dict[str, object]:
    target = {"refId": "A", "rawSql": sql, "format": 1}
    place = {"x": 0, "y": number, "w": 6, "h": 4}
    return {"id": number, "type": "stat", "gridPos": place, "targets": [target]}


def board(*sql: str) -> Dashboard:
    district = {
        "name": "district",
        "type": "query",
        "query": "SELECT code, name FROM units",
        "multi": True,
        "includeAll": True,
    }
    return dashboard(
        refresh="30s",
        panels=[panel(number, one) for number, one in enumerate(sql)],
        templating={"list": [district]},
    )


def answer(sql: str) -> Table:
    if "broken" in sql:
        raise QueryError("không có bảng broken (mã 60)")
    return DISTRICTS if "units" in sql else ONE


async def look(made: Dashboard, source: Source, query: tuple[tuple[str, str], ...] = ()) -> Session:
    session = Session(made, read_state(made, query), source)
    await session.begin()
    for one in session.panels:
        await session.drawn(one)
    return session


def test_many_screens_ask_a_query_once() -> None:
    readers = FakeReaders(answer)

    async def several() -> None:
        source = Source(readers)
        made = board("SELECT 42 AS Tổng WHERE d IN (${district:singlequote})")
        await asyncio.gather(*(look(made, source) for _ in range(5)))

    asyncio.run(several())
    assert readers.asked == [
        "SELECT code, name FROM units",
        "SELECT 42 AS Tổng WHERE d IN ('148','150')",
    ]


def test_another_choice_is_another_query_and_goes_into_the_address() -> None:
    readers = FakeReaders(answer)
    made = board("SELECT 42 AS Tổng WHERE d IN (${district:singlequote})")
    query = (("var-district", "150"), ("var-district", "x' OR 1"))
    session = asyncio.run(look(made, Source(readers), query))
    assert readers.asked[-1] == "SELECT 42 AS Tổng WHERE d IN ('150')"
    assert session.state.address == "/d/u?from=now-6h&to=now&var-district=150"
    assert session.words("Ở $district") == "Ở Đà Bắc"


def test_words_for_titles_are_asked_anew_and_stand_in_no_address() -> None:
    readers = FakeReaders(answer)
    shown = {"name": "shown", "type": "query", "query": "SELECT 42 AS Tổng", "hide": 2}
    made = dashboard(templating={"list": [shown]})
    session = asyncio.run(look(made, Source(readers), (("var-shown", "7"),)))
    assert session.words("Ở ${shown}") == "Ở 42"
    assert "shown" not in session.state.address


def test_a_failure_is_shared_for_a_moment_only() -> None:
    readers = FakeReaders(answer)
    now = [100.0]

    async def twice() -> None:
        source = Source(readers, lambda: now[0])
        for later in (0.0, 0.5, 1.0):
            now[0] += later
            with pytest.raises(QueryError, match="mã 60"):
                await source.rows("SELECT broken", 30)
            await asyncio.sleep(0)

    asyncio.run(twice())
    assert len(readers.asked) == 2


def test_one_failing_panel_leaves_the_others() -> None:
    async def both() -> tuple[object, object]:
        made = board("SELECT broken", "SELECT 42 AS Tổng")
        session = Session(made, read_state(made, ()), Source(FakeReaders(answer)))
        await session.begin()
        drawn = (session.drawn(one) for one in session.panels)
        first, second = await asyncio.gather(*drawn, return_exceptions=True)
        return first, second

    failed, drawn = asyncio.run(both())
    assert isinstance(failed, QueryError)
    drawing = getattr(drawn, "drawing", None)
    assert isinstance(drawing, Html)
    assert ">42<" in drawing.markup


def test_annotations_name_their_time_end_and_texts() -> None:
    start, end = datetime(2026, 9, 2, tzinfo=UTC), datetime(2026, 9, 3, tzinfo=UTC)
    names, types = ("time", "timeEnd", "text"), ("DateTime", "Nullable(DateTime)", "String")
    table = Table(names, types, ((start,), (end,), ("Quốc khánh",)))
    (mark,) = marks_of(table, Annotation("Nghỉ lễ", "", "red"))
    assert (mark.at, mark.until, mark.text, mark.colour) == (start, end, "Quốc khánh", "#f2495c")
    (unnamed,) = marks_of(Table(("at",), ("DateTime",), ((start,),)), Annotation("Lễ", "", "x"))
    assert unnamed.text == "Lễ"


def test_a_page_may_stand_at_an_instant_of_the_past() -> None:
    instant = datetime(2023, 9, 20, 9, 30, tzinfo=UTC)
    made = board("SELECT $__fromTime, $__toTime")
    readers = FakeReaders(answer)
    session = Session(
        made, read_state(made, [("from", "now-24h"), ("to", "now")]), Source(readers), None, instant
    )
    asyncio.run(session.warm())
    (asked,) = (sql for sql in readers.asked if "units" not in sql)
    assert f"{instant.timestamp():.0f}" in asked
    assert f"{instant.timestamp() - 86_400:.0f}" in asked
    assert session.now == instant
