"""The sink process, from hand-made messages on a real broker to rows in a real engine."""

import base64
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from uuid import UUID

import orjson
import pytest
from clickhouse_connect.driver.client import Client

from contracts.errors import IocError
from contracts.feeds.traffic import TRAFFIC
from contracts.messages import position
from contracts.settings import Settings
from contracts.topics import INDICATORS, PANES, REJECTS, accepted_topic, changelog_topic
from sinks.consuming import source
from sinks.parking import Parking
from sinks.runner import run
from tests.fuzz import wire
from tests.kafka.brokers import is_apache
from tests.sending import send_raw
from tests.sinks.messages import detection, indicator, pane, progress, reject, review
from tests.sinks.processes import Broker, Endpoint
from tests.sinks.stack import Stack, make_schema
from tests.waiting import until

ACCEPTED = accepted_topic("traffic")
CHANGELOG = changelog_topic("traffic")
AWAY = "trying again"
"""Words of the sink's log after a failed insert."""
NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


def send_all(stack: Stack) -> None:
    """A message or more for every table."""
    stack.send_rows(ACCEPTED, [detection(n) for n in range(50)])
    stack.send_rows(ACCEPTED, [detection(50), review(51)], partition=1)
    stack.send_rows(ACCEPTED, [])
    stack.send(REJECTS, reject(7, base64.b64encode(b"\xff\x00{\\'\"").decode()), "traffic|1|7")
    stack.send(PANES, pane(1, 10, 4), "pane|traffic|148|1")
    stack.send(PANES, pane(1, 12, 5), "pane|traffic|148|1")
    stack.send(PANES, pane(1, 11, 9), "pane|traffic|148|1", partition=1)
    stack.send(PANES, {"feed": "traffic"}, "gauge|traffic|148")
    stack.send(PANES, progress(12, "2026-11-23T09:10:02.000Z", 55), "progress|traffic|1")
    stack.send(PANES, progress(12, "2026-11-23T09:10:01.000Z", 54), "progress|traffic|1", 1)
    stack.send_rows(INDICATORS, [indicator(5, 41.7, 12, "2026-11-23T09:05:08.000Z")])
    stack.send_rows(
        INDICATORS,
        [
            indicator(6, None, 12, "2026-11-23T09:06:10.000Z"),
            indicator(6, 40.0, 12, "2026-11-23T09:06:08.000Z"),
        ],
    )
    stack.send(CHANGELOG, b'{"upto": 1}', '"148|1"')
    stack.send(CHANGELOG, '{"upto": 2, "tên": "Đà Bắc"}'.encode(), '"148|1"')
    stack.send(CHANGELOG, b"{}", '"150|1"', partition=1)
    stack.send(CHANGELOG, None, '"150|1"', partition=1)
    stack.flush()


def wait_for_all(stack: Stack) -> None:
    stack.wait_rows("events_traffic", 52)
    for table, rows in (
        *(("rejects", 1), ("panes", 1), ("progress", 1)),
        *(("indicators", 2), ("state", 2)),
    ):
        stack.wait_rows(table, rows)
    stack.wait_committed(4, PANES)
    stack.wait_committed(2, INDICATORS)


def test_the_start_of_the_sink_is_noted_among_the_operations(stack: Stack) -> None:
    stack.start_sink()
    starts = "SELECT part, detail FROM operations WHERE kind = 'start'"
    until(lambda: stack.client.query(starts).result_rows == [("sink", "traffic")], "it is noted")


def test_hours_and_days_follow_their_panes_late_ones_too(stack: Stack) -> None:
    key = f"pane|traffic|148|{int(NINE.timestamp()) // 60 + 1}"
    stack.send(PANES, pane(1, 12, 5), key)
    stack.send(PANES, progress(12, "2026-11-23T09:10:02.000Z", 55), "progress|traffic|1")
    stack.flush()
    stack.start_sink()
    sql = "SELECT grain, period, counts['detections'] FROM rollups FINAL ORDER BY grain"
    midnight = NINE.replace(day=22, hour=17)

    def told() -> object:
        return stack.client.query(sql).result_rows

    until(lambda: told() == [("day", midnight, 5), ("hour", NINE, 5)], "they are rolled up")
    stack.send(PANES, pane(1, 13, 8), key)  # after the clock said that the minute is over
    stack.flush()
    until(lambda: told() == [("day", midnight, 8), ("hour", NINE, 8)], "they follow")


def test_every_message_becomes_its_row(stack: Stack) -> None:
    send_all(stack)
    stack.start_sink()
    wait_for_all(stack)
    query = stack.client.query
    assert query(
        "SELECT event_id, occurred_at, road, speed_kmh, violation, plate_token, detection_id, "
        "generation, partition, offset FROM events_traffic FINAL WHERE offset = 7"
    ).result_rows == [
        (
            *(UUID(int=7), NINE.replace(second=7, microsecond=250_000), "Đại lộ Thịnh Lang"),
            *(41.7, None, None, None, 3, 0, 7),
        )
    ]
    assert query(
        "SELECT kind, speed_kmh, detection_id, review FROM events_traffic FINAL WHERE offset = 51"
    ).result_rows == [("review", None, UUID(int=7), "confirmed")]
    assert query("SELECT pane, version, counts, histograms, sets FROM panes FINAL").result_rows == [
        (
            NINE.replace(minute=1),
            12,
            {"detections": 5, "speed_deci_kmh": -3},
            {"speed_kmh": {41: 5, -1: 2}},
            {"outlets": ["báo-hòa-bình", "x"]},
        )
    ]
    assert query("SELECT accepted, version FROM progress FINAL").result_rows == [(55, 12)]
    assert query(
        "SELECT window_end, value, numerator FROM indicators FINAL ORDER BY window_end"
    ).result_rows == [(NINE.replace(minute=5), 41.7, 417.0), (NINE.replace(minute=6), None, 417.0)]
    assert query("SELECT as_of, value, version FROM indicator_latest").result_rows == [
        (NINE.replace(minute=6, second=7, microsecond=500_000), None, 12)
    ]
    assert query(
        "SELECT table_topic, partition, key, value, deleted, position FROM state FINAL "
        "ORDER BY partition"
    ).result_rows == [
        (CHANGELOG, 0, '"148|1"', '{"upto": 2, "tên": "Đà Bắc"}', False, position(3, 1)),
        (CHANGELOG, 1, '"150|1"', "", True, position(3, 1)),
    ]


def test_messages_sent_again_change_nothing(stack: Stack) -> None:
    send_all(stack)
    stack.start_sink()
    wait_for_all(stack)
    tables = ("events_traffic", "rejects", "panes", "progress", "indicators")
    columns = "* EXCEPT archived_at"
    selects = [
        f"SELECT {columns if table == 'events_traffic' else '*'} FROM {table} FINAL ORDER BY ALL"
        for table in tables
    ]
    before = [stack.client.query(select).result_rows for select in selects]
    send_all(stack)
    stack.wait_committed(4, ACCEPTED)
    stack.wait_committed(2, REJECTS)
    stack.wait_committed(8, PANES)
    stack.wait_committed(4, INDICATORS)
    assert [stack.client.query(select).result_rows for select in selects] == before


def test_rejected_bytes_come_back_exactly(stack: Stack) -> None:
    raws = [
        "Huyện Đà Bắc; 'nháy' \"kép\" \\ gạch chéo\n\t".encode(),
        bytes(range(256)),
        b"",
    ]
    for offset, raw in enumerate(raws):
        row = reject(offset, base64.b64encode(raw).decode(), detail="Sai 'kiểu' \"số\" \\ \n")
        stack.send(REJECTS, row, f"traffic|1|{offset}")
    stack.flush()
    stack.start_sink()
    stack.wait_rows("rejects", 3)
    found = stack.client.query(
        "SELECT raw, toString(detail) FROM rejects FINAL ORDER BY offset",
        column_formats={"raw": "bytes"},
    ).result_rows
    assert found == [(raw, "Sai 'kiểu' \"số\" \\ \n") for raw in raws]


def test_nothing_is_lost_or_doubled_while_clickhouse_dies(
    stack: Stack, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    stack.start_sink()
    for batch in range(60):
        rows = [detection(batch * 100 + n) for n in range(100)]
        stack.send_rows(ACCEPTED, rows, partition=batch % 2)
        stack.flush()
        if batch == 20:
            until(lambda: stack.count("events_traffic") > 0, "something is stored")
            endpoint.end(signal.SIGKILL)
        if batch == 45:
            until(lambda: AWAY in caplog.text, "the sink has met its absence")
            endpoint.start()
        time.sleep(0.02)  # the pace of a worker
    stack.wait_rows("events_traffic", 6_000)
    stack.wait_committed(30, ACCEPTED)
    sums = "SELECT sum(offset), uniqExact(event_id) FROM events_traffic FINAL"
    assert stack.client.query(sums).result_rows == [(6_000 * 5_999 // 2, 6_000)]
    assert stack.error is None


def test_sink_waits_for_a_broker_and_topics_that_do_not_exist_yet(
    settings: Settings,
    client: Client,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(source, "REMIND_S", 0)
    broker = Broker(tmp_path)
    make_schema(client, settings)
    connected = settings.model_copy(update={"kafka_bootstrap": f"127.0.0.1:{broker.port}"})
    stop, sink_error = Event(), []

    def sink() -> None:
        try:
            run(connected, (TRAFFIC,), stop)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            sink_error.append(error)

    thread = Thread(target=sink, daemon=True)
    thread.start()
    until(lambda: "waiting: Kafka at" in caplog.text, "the sink has met no broker")
    broker.start()
    until(lambda: "these topics do not exist yet" in caplog.text, "the sink has met no topics")
    stack = Stack(connected, client, broker)
    try:
        stack.create_topics()
        stack.send_rows(ACCEPTED, [detection(1)])
        stack.flush()
        stack.wait_rows("events_traffic", 1)
        assert sink_error == []
    finally:
        stop.set()
        until(lambda: not thread.is_alive(), "the sink ends")
        stack.close()
        broker.end()


def test_a_silent_broker_is_waited_for(stack: Stack, caplog: pytest.LogCaptureFixture) -> None:
    stack.start_sink()
    stack.send_rows(ACCEPTED, [detection(n) for n in range(10)])
    stack.flush()
    stack.wait_rows("events_traffic", 10)
    stack.broker.freeze(2.5)
    stack.send_rows(ACCEPTED, [detection(n) for n in range(10, 20)])
    stack.flush()
    stack.wait_rows("events_traffic", 20)
    stack.wait_committed(2, ACCEPTED)
    assert stack.error is None
    assert len([line for line in caplog.records if line.name == "sinks.consuming.quiet"]) <= 1


def test_two_sinks_share_the_partitions_and_take_over(stack: Stack) -> None:
    other = Stack(stack.settings, stack.client, stack.broker)
    try:
        stack.start_sink()
        for batch in range(40):
            rows = [detection(batch * 50 + n) for n in range(50)]
            stack.send_rows(ACCEPTED, rows, partition=batch % 2)
            stack.flush()
            if batch == 10:
                other.start_sink()
            if batch == 30:
                stack.stop_sink()
            time.sleep(0.08)  # so that it lasts for some sessions of the consumers
        stack.wait_rows("events_traffic", 2_000)
        stack.wait_committed(20, ACCEPTED, 0)
        stack.wait_committed(20, ACCEPTED, 1)
        assert (stack.error, other.error) == (None, None)
    finally:
        other.close()


def test_stop_while_clickhouse_is_away_is_quick_and_commits_nothing(
    stack: Stack, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    stack.start_sink()
    stack.send_rows(ACCEPTED, [detection(n) for n in range(10)])
    stack.flush()
    stack.wait_rows("events_traffic", 10)
    stack.wait_committed(1, ACCEPTED)
    endpoint.end(signal.SIGKILL)
    try:
        stack.send_rows(ACCEPTED, [detection(n) for n in range(10, 20)])
        stack.flush()
        until(lambda: AWAY in caplog.text, "the sink has met its absence")
        stack.stop_sink()
    finally:
        endpoint.start()
    assert stack.error is None
    assert stack.committed(ACCEPTED) == 1
    stack.start_sink()
    stack.wait_rows("events_traffic", 20)


def test_stop_writes_what_is_held(stack: Stack) -> None:
    patient = {"sink_batch_s": 3_600, "sink_batch_rows": 1_000_000}
    stack.settings = stack.settings.model_copy(update=patient)
    stack.send_rows(ACCEPTED, [detection(n) for n in range(10)])
    stack.flush()
    stack.start_sink()
    time.sleep(2.5)  # in which it must write nothing
    assert stack.count("events_traffic") == 0
    stack.stop_sink()
    assert stack.error is None
    assert stack.count("events_traffic") == 10
    assert stack.committed(ACCEPTED) == 1


@pytest.mark.parametrize(
    ("poison", "said"),
    [
        ([{**detection(1), "colour": "red"}], "colour"),
        (b"not json at all", "events_traffic"),
    ],
)
def test_poison_parks_its_route_and_the_others_go_on(
    stack: Stack, poison: object, said: str
) -> None:
    stack.send(ACCEPTED, poison, headers=[("n", b"1")])
    stack.flush()
    stack.start_sink()
    why = parked(stack)
    for part in (said, "route events-traffic", f"{ACCEPTED}[0] offset"):
        assert part in why
    assert "`ioc sink resume events-traffic`" in (stack.vitals.unready() or "")
    assert stack.vitals.standings()["route events-traffic"].waiting == 0
    stack.send(REJECTS, reject(7, ""), "traffic|1|7")
    stack.send_rows(INDICATORS, [indicator(5, 41.7, 12, "2026-11-23T09:05:08.000Z")])
    stack.flush()
    stack.wait_rows("rejects", 1)
    stack.wait_rows("indicators", 1)
    assert stack.committed(ACCEPTED) is None
    assert stack.count("events_traffic") == 0
    noted = "SELECT part, detail FROM operations WHERE kind = 'parked'"
    until(lambda: stack.client.query(noted).result_rows == [("events-traffic", why)], "it is noted")
    stack.stop_sink()
    assert stack.error is None


def parked(stack: Stack) -> str:
    """Why the route of traffic's archive is parked, once it is."""
    parking = Parking(stack.settings)
    until(lambda: parking.parked(), "a route is parked")
    (found,) = parking.parked().items()
    assert found[0] == "events-traffic"
    return found[1]


def test_what_comes_behind_a_poisoned_batch_is_neither_written_nor_committed(stack: Stack) -> None:
    stack.settings = stack.settings.model_copy(update={"sink_batch_rows": 1})
    for n in range(3):
        stack.send_rows(ACCEPTED, [detection(n)])
    stack.flush()
    stack.start_sink()
    stack.wait_committed(3, ACCEPTED)
    stack.send(ACCEPTED, b"not json at all", headers=[("n", b"1")])
    for n in range(4, 40):
        stack.send_rows(ACCEPTED, [detection(n)])
    stack.flush()
    parked(stack)
    for n in range(40, 50):
        stack.send_rows(ACCEPTED, [detection(n)])
    stack.flush()
    stack.stop_sink()
    assert stack.committed(ACCEPTED) == 3
    assert stack.count("events_traffic") == 3


def test_a_parked_route_goes_on_after_a_fix_and_loses_nothing(stack: Stack) -> None:
    """The table lacks a column that the worker sends; then it has it. Both partitions are kept."""
    for n in range(3):
        stack.send_rows(ACCEPTED, [detection(n)])
    stack.flush()
    stack.start_sink()
    stack.wait_committed(3, ACCEPTED)
    for n in range(3, 20):
        rows = [{**detection(n), "colour": "red"}]
        stack.send_rows(ACCEPTED, rows, partition=n % 2)
    stack.flush()
    assert "colour" in parked(stack)
    Parking(stack.settings).resume("events-traffic")
    until(lambda: "colour" in "".join(Parking(stack.settings).parked().values()), "it parks again")
    stack.client.command("ALTER TABLE events_traffic ADD COLUMN colour String")
    Parking(stack.settings).resume("events-traffic")
    stack.wait_rows("events_traffic", 20)
    stack.wait_committed(3 + 8, ACCEPTED)
    stack.wait_committed(9, ACCEPTED, 1)
    assert stack.vitals.unready() is None
    assert Parking(stack.settings).parked() == {}
    noted = "SELECT kind FROM operations WHERE part = 'events-traffic' ORDER BY at"
    kinds = [(kind,) for kind in ("parked", "resumed", "parked", "resumed")]
    until(lambda: stack.client.query(noted).result_rows == kinds, "all of it is noted, in order")


@pytest.mark.skipif(is_apache(), reason="Apache Kafka takes no batch with a wrong checksum")
@pytest.mark.parametrize(
    ("spoilt", "said"),
    [("checksum", "fails its checksum"), ("codec", "are no gzip")],
)
def test_what_is_not_as_it_was_sent_is_not_archived(stack: Stack, spoilt: str, said: str) -> None:
    """kafka-python's own check would leave its poll in an endless loop."""
    rows = orjson.dumps([detection(7)])
    sent = [wire.Sent(None, rows, headers=[(b"n", b"1")])]
    raw = bytearray(wire.batch(0, sent))
    if spoilt == "checksum":
        raw[-4] ^= 1
    else:
        raw = bytearray(wire.sealed(0, rows, count=1, last_delta=0, attributes=1))
    stack.start_sink()
    send_raw(stack.settings.kafka_bootstrap, ACCEPTED, 0, [(bytes(raw), 1)])
    stack.send(REJECTS, reject(7, ""), "traffic|1|7")
    stack.flush()
    why = parked(stack)
    assert f"{ACCEPTED}[0] offset 0 can't be read" in why
    assert said in why
    stack.wait_rows("rejects", 1)
    assert stack.count("events_traffic") == 0


def test_a_route_that_is_not_parked_can_not_be_resumed(stack: Stack) -> None:
    with pytest.raises(IocError, match=r"route panes is not parked; parked below .*: none"):
        Parking(stack.settings).resume("panes")


def test_a_start_of_the_sink_tries_what_was_parked(stack: Stack) -> None:
    Parking(stack.settings).park("events-traffic", "of a sink before")
    stack.send_rows(ACCEPTED, [detection(1)])
    stack.flush()
    stack.start_sink()
    stack.wait_rows("events_traffic", 1)
    assert Parking(stack.settings).parked() == {}


def test_more_than_a_batch_waits_while_clickhouse_is_away(stack: Stack, endpoint: Endpoint) -> None:
    stack.settings = stack.settings.model_copy(update={"sink_batch_rows": 100})
    stack.start_sink()
    stack.send_rows(ACCEPTED, [detection(n) for n in range(10)])
    stack.flush()
    stack.wait_committed(1, ACCEPTED)
    endpoint.end(signal.SIGKILL)
    try:
        for batch in range(1, 300):
            rows = [detection(batch * 10 + n) for n in range(10)]
            stack.send_rows(ACCEPTED, rows, partition=batch % 2)
        stack.flush()
        time.sleep(2 * stack.settings.kafka_session_timeout_s)  # in which it must commit nothing
        assert stack.committed(ACCEPTED) == 1
        assert stack.committed(ACCEPTED, 1) is None
    finally:
        endpoint.start()
    stack.wait_rows("events_traffic", 3_000)
    stack.wait_committed(150, ACCEPTED)
    stack.wait_committed(150, ACCEPTED, 1)
    assert stack.error is None
