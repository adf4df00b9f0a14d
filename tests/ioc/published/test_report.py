"""Published against computed, over a real endpoint with dossiers that were counted by hand."""

import re
import signal
from collections.abc import Iterator
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
import pytest
from clickhouse_connect.driver.client import Client
from rich.console import Console

from contracts.errors import IocError
from contracts.feeds.dossier import DOSSIER
from contracts.reference.province import load_reference
from contracts.reference.published import DossierFigures, Published, Split, load_published
from contracts.settings import Settings, load_settings
from ioc import schema
from ioc.embedded.ports import answers
from ioc.published.report import contradictions, published_named, report
from sinks.client import writer
from tests.e2e.running import Part, ioc_environment, run_ioc
from tests.processes import HOST

PUBLISHED = Published(
    scenario="thu-2023",
    source="test",
    first_day=date(2023, 1, 1),
    at=datetime(2023, 9, 20, 16, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
    dossiers=DossierFigures(
        received=Split(total=7, province=3, below=4),
        resolved=Split(total=5, province=2, below=3),
        in_process=Split(total=2, province=1, below=1),
        received_online=Split(total=9, province=2, below=3),
        paid_online=Split(total=3, province=1, below=2),
    ),
)
"""One total contradicts its parts, 2 + 3 = 5."""

LIVES: dict[str, tuple[str, int, tuple[str, ...]]] = {
    "p1": ("province", 2, ("received", "paid online", "resolved")),
    "p2": ("province", 1, ("received", "paid", "resolved")),
    "p3": ("province", 2, ("received",)),
    "d1": ("district", 2, ("received", "paid online", "resolved")),
    "c1": ("commune", 2, ("received", "resolved")),
    "c2": ("commune", 3, ("received", "resolved", "paid online")),
    "c3": ("commune", 2, ("received", "supplement_requested")),
}
"""Dossier -> its level, its channel, and what became of it: as many as PUBLISHED says."""

MORNING = {
    "received": 4,
    "received_at_province": 3,
    "received_online": 3,
    "received_online_at_province": 2,
    "paid_online": 1,
    "paid_online_at_province": 1,
}
EVENING = {
    "received": 3,
    "received_online": 2,
    "resolved": 5,
    "resolved_at_province": 2,
    "paid_online": 2,
}
"""Two panes with the same sums."""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a running endpoint that no database was made in."""
    folder = tmp_path_factory.mktemp("report")
    environment = ioc_environment(folder)
    endpoint = Part(environment, "clickhouse")
    port = int(environment["IOC_CLICKHOUSE_PORT"])
    endpoint.start()
    try:
        endpoint.await_port(port)
        yield load_settings(data_dir=folder, clickhouse_port=port)
    finally:
        endpoint.end(signal.SIGKILL)


def database(settings: Settings, name: str) -> Settings:
    """The same, with the tables of dossiers in a database of that name."""
    named = settings.model_copy(update={"clickhouse_database": name})
    schema.apply(named, (DOSSIER,), load_reference(named))
    return named


def put(client: Client, table: str, *rows: dict[str, object]) -> None:
    lines = b"\n".join(map(orjson.dumps, rows))
    client.raw_insert(table, insert_block=lines, fmt="JSONEachRow")


def events() -> Iterator[dict[str, object]]:
    for number, (dossier, (level, channel, steps)) in enumerate(LIVES.items()):
        for hour, step in enumerate(steps):
            yield {
                "event_id": f"00000000-0000-4000-8000-0000000{number:02d}{hour:03d}",
                "district": "148",
                "occurred_at": f"2023-03-01 {hour + 1:02d}:00:00.000",
                "received_at": "2023-03-01 01:00:00.000",
                "feed": "dossier",
                "kind": step.removesuffix(" online"),
                "dossier_id": dossier,
                "level": level,
                "channel": channel if step == "received" else None,
                "paid_online": step == "paid online" if step.startswith("paid") else None,
            }


def pane(minute: str, version: int, counts: dict[str, int]) -> dict[str, object]:
    return {
        "feed": "dossier",
        "district": "148",
        "pane": f"2023-03-01 {minute}:00",
        "version": version,
        "counts": counts,
        "emitted_at": "2026-11-24 00:00:00.000",
    }


def gauge(value: int, district: str = "17", version: int = 1) -> dict[str, object]:
    return {
        "indicator": "dossier.open",
        "district": district,
        "horizon_s": 0,
        "window_end": "2023-03-02 00:00:00",
        "as_of": "2023-03-02 00:00:00.000",
        "value": value,
        "computed_at": "2026-11-24 00:00:00.000",
        "version": version,
    }


def fill(client: Client) -> None:
    """All as published, each with a row that must not count beside it."""
    rows = list(events())
    put(client, "events_dossier", *rows)
    put(client, "events_dossier", rows[0])  # archived twice
    put(client, "panes", pane("01:00", 1, MORNING | {"received": 99}))  # an older version
    put(client, "panes", pane("01:00", 2, MORNING), pane("02:00", 1, EVENING))
    put(client, "panes", pane("01:00", 2, {"received": 50}) | {"feed": "eoffice"})
    put(client, "indicators", gauge(1, version=1), gauge(9, district="148"))
    put(client, "indicators", gauge(2, version=2))


@pytest.fixture(scope="module")
def filled(settings: Settings) -> Settings:
    named = database(settings, "ioc_thu_2023")
    with writer(named) as client:
        fill(client)
    return named


def shown(settings: Settings, published: Published = PUBLISHED) -> tuple[str, str]:
    """What the report prints, and the sentence that it ends with ("" where all agrees)."""
    output = StringIO()
    try:
        report(settings, published, Console(file=output, width=80))
    except IocError as error:
        return output.getvalue(), str(error)
    return output.getvalue(), ""


def cells(text: str) -> list[list[str]]:
    """The numbers of each line of the table, from its published one on."""
    lines = [line for line in text.splitlines() if re.search(r"\b(total|province|below)\b  ", line)]
    return [re.split(r"\b(?:total|province|below)\b", line)[1].split() for line in lines]


def test_all_that_agrees_is_shown_beside_what_was_published(filled: Settings) -> None:
    text, sentence = shown(filled)
    assert sentence == ""
    assert cells(text) == [
        ["7", "7", "7", "0"],
        ["3", "3", "3", "0"],
        ["4", "4", "4", "0"],
        ["5", "5", "5", "0"],
        ["2", "2", "2", "0"],
        ["3", "3", "3", "0"],
        ["2", "2", "2", "2", "0"],  # with the gauge
        ["1", "1", "1", "0"],
        ["1", "1", "1", "0"],
        ["9", "5", "5", "-4"],  # as published: not the sum of the parts
        ["2", "2", "2", "0"],
        ["3", "3", "3", "0"],
        ["3", "3", "3", "0"],
        ["1", "1", "1", "0"],
        ["2", "2", "2", "0"],
    ]


def test_terms_period_and_database_are_named(filled: Settings) -> None:
    text, _ = shown(filled)
    head = "thu-2023: dossiers from 2023-01-01 to 2023-09-20 (Asia/Ho_Chi_Minh), published against"
    assert text.startswith(f"{head} computed in database ioc_thu_2023\n")
    for term in ("Tiếp nhận", "Đã giải quyết", "Đang giải quyết", "Thanh toán trực tuyến"):
        assert term in text
    assert max(map(len, text.splitlines()[1:-1])) <= 80


def test_a_total_that_contradicts_its_parts_is_named(filled: Settings) -> None:
    text, _ = shown(filled)
    assert (
        "Received online (Tiếp nhận trực tuyến): the published total is 9, but its own parts, 2 at "
        "the province and 3 below, add up to 5 (4 less); the pipeline reproduces the parts.\n"
    ) in text
    assert text.count("but its own parts") == 1


def test_the_two_contradictions_of_2023() -> None:
    online, paid = contradictions(load_published())
    assert "269,524, but its own parts, 60,623 at the province and 199,251 below" in online
    assert "add up to 259,874 (9,650 less)" in online
    assert "225,111, but its own parts, 8,425 at the province and 99,022 below" in paid
    assert "add up to 107,447 (117,664 less)" in paid


def test_a_figure_that_is_not_as_published_ends_in_a_sentence(settings: Settings) -> None:
    named = database(settings, "ioc_wrong")
    with writer(named) as client:
        fill(client)
        missing = next(row for row in events() if row["dossier_id"] == "d1")
        put(client, "events_dossier", missing | {"dossier_id": "d9", "district": "150"})
        put(client, "panes", pane("03:00", 1, {"resolved": 2, "resolved_at_province": 2}))
        put(client, "indicators", gauge(3, version=3))
    text, sentence = shown(named)
    # one more received below in the archive; two more resolved at the province in the panes
    assert cells(text)[:9] == [
        ["7", "8", "7", "+1", "/", "0"],
        ["3", "3", "3", "0"],
        ["4", "5", "4", "+1", "/", "0"],
        ["5", "5", "7", "0", "/", "+2"],
        ["2", "2", "4", "0", "/", "+2"],
        ["3", "3", "3", "0"],
        ["2", "3", "0", "3", "+1", "/", "-2"],
        ["1", "1", "-1", "0", "/", "-2"],
        ["1", "2", "1", "+1", "/", "0"],
    ]
    assert sentence == (
        "9 of 15 figures are not what the published parts say, the first is received, total: "
        "7 expected; run `ioc replay --scenario thu-2023` to its end, into a database of its own"
    )


@pytest.mark.parametrize("value", [None, 3])
def test_a_gauge_alone_can_disagree(settings: Settings, value: int | None) -> None:
    named = database(settings, f"ioc_gauge_{value}")
    with writer(named) as client:
        put(client, "events_dossier", *events())
        put(client, "panes", pane("01:00", 2, MORNING), pane("02:00", 1, EVENING))
        if value is not None:
            put(client, "indicators", gauge(value))
    text, sentence = shown(named)
    assert sentence.startswith("1 of 15 figures are not what the published parts say, the first is")
    assert "in process, total: 2 expected" in sentence
    expected = ["–", "0", "/", "–"] if value is None else ["3", "0", "/", "+1"]
    assert cells(text)[6] == ["2", "2", "2", *expected]


def test_a_returned_dossier_is_neither_resolved_nor_in_process(settings: Settings) -> None:
    named = database(settings, "ioc_returned")
    with writer(named) as client:
        rows = [row for row in events() if row["dossier_id"] != "p3"]
        gone = [row for row in events() if row["dossier_id"] == "p3"]
        put(client, "events_dossier", *rows, *gone)
        last = gone[-1] | {"kind": "returned", "channel": None}
        put(client, "events_dossier", last)
    text, _ = shown(named)
    assert [line[1] for line in cells(text)[:9]] == ["7", "3", "4", "5", "2", "3", "1", "0", "1"]


def test_without_dossiers_there_is_a_sentence(settings: Settings) -> None:
    empty = database(settings, "ioc_empty")
    absent = settings.model_copy(update={"clickhouse_database": "ioc_absent"})
    for named in (empty, absent):
        text, sentence = shown(named)
        assert text == ""
        assert sentence == (
            f"database {named.clickhouse_database} at ClickHouse 127.0.0.1:"
            f"{settings.clickhouse_port} holds no dossiers: run `ioc replay --scenario thu-2023` "
            "first"
        )


def test_there_is_one_report_so_far() -> None:
    assert published_named("seed-2023") == load_published()
    with pytest.raises(IocError, match=r"no report named 'x'; there are: seed-2023"):
        published_named("x")


POPULATION = """
INSERT INTO events_dossier (event_id, district, occurred_at, kind, dossier_id, level, channel,
    paid_online)
SELECT generateUUIDv4(), '148', '2023-03-01 00:00:00', '{kind}', concat('{level}', number),
    '{level}', if(number < {online}, 2, 1), number < {online}
FROM numbers({count})
"""
"""As many events of a kind as that; the first so many of them online."""


def test_the_command_runs_the_endpoint_for_as_long_as_it_takes(tmp_path: Path) -> None:
    """Over the published numbers, put there by SQL, with no endpoint that runs."""
    environment = ioc_environment(tmp_path)
    port = int(environment["IOC_CLICKHOUSE_PORT"])
    settings = load_settings(data_dir=tmp_path, clickhouse_port=port)
    endpoint = Part(environment, "clickhouse")
    endpoint.start()
    endpoint.await_port(port)
    named = database(settings, "ioc_seed_2023")
    with writer(named) as client:
        for kind, level, count, online in (
            ("received", "province", 76_148, 60_623),
            ("received", "commune", 205_017, 199_251),
            ("resolved", "province", 66_783, 0),
            ("resolved", "commune", 201_796, 0),
            ("paid", "province", 9_000, 8_425),
            ("paid", "commune", 100_000, 99_022),
        ):
            client.command(POPULATION.format(kind=kind, level=level, count=count, online=online))
        counts = {
            "received": 281_165,
            "received_at_province": 76_148,
            "resolved": 268_579,
            "resolved_at_province": 66_783,
            "received_online": 259_874,
            "received_online_at_province": 60_623,
            "paid_online": 107_447,
            "paid_online_at_province": 8_425,
        }
        put(client, "panes", pane("01:00", 1, counts))
        put(client, "indicators", gauge(12_586))
    endpoint.end(signal.SIGTERM)

    done = run_ioc(environment, "report", "seed-2023")
    assert (done.returncode, done.stderr) == (0, "")
    assert cells(done.stdout)[0] == ["281,165", "281,165", "281,165", "0"]
    assert cells(done.stdout)[6] == ["12,586", "12,586", "12,586", "12,586", "0"]
    assert cells(done.stdout)[12] == ["225,111", "107,447", "107,447", "-117,664"]
    assert done.stdout.count("; the pipeline reproduces the parts.") == 2
    assert not answers(HOST, port)
