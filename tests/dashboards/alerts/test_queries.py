"""Each rule fires for the unit whose figure is bad, and for none that is not known."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client

from tests.dashboards.alerts.evaluation import NOW, Tables, evaluate, last_tuesday, rules

HOA_BINH, DA_BAC, LUONG_SON = "Thành phố Hòa Bình", "Huyện Đà Bắc", "Huyện Lương Sơn"
PROVINCE = "Tỉnh Hòa Bình"
EVERY = sorted(rules())
DISK = "ioc-disk-free"


@pytest.mark.parametrize("uid", [uid for uid in EVERY if uid != DISK])
def test_empty_tables_give_no_row(reading: Client, uid: str) -> None:
    assert evaluate(reading, uid).values == {}


def test_the_free_space_is_that_of_the_disk(reading: Client, tmp_path: Path) -> None:
    """The engine's data lie where those of all tests do."""
    ((_, megabytes),) = evaluate(reading, DISK).values.items()
    held = shutil.disk_usage(tmp_path).free / 1e6
    assert megabytes == pytest.approx(held, rel=0.2)


def test_a_parked_route_fires_until_it_goes_on(tables: Tables, reading: Client) -> None:
    parked = "ioc-sink-parked"
    tables.operation("parked", "events-press", ago_s=300)
    tables.operation("parked", "panes", ago_s=200)
    tables.operation("resumed", "panes", ago_s=100)
    found = evaluate(reading, parked)
    assert {dict(labels)["route"]: value for labels, value in found.values.items()} == {
        "events-press": 1,
        "panes": 0,
    }
    assert found.firing
    tables.operation("resumed", "events-press", ago_s=50)
    assert not evaluate(reading, parked).firing


def test_a_share_below_its_threshold_fires_for_that_district(
    tables: Tables, reading: Client
) -> None:
    tables.figure("dossier.on_time_share", "148", 0.95)
    tables.figure("dossier.on_time_share", "150", 0.85)
    tables.figure("dossier.on_time_share", "152", 0.90)  # a warning begins here, it is not bad yet
    tables.figure("dossier.on_time_share", "17", 0.899)
    tables.figure("dossier.on_time_share", "153", 0.1, horizon_s=3_600)
    tables.figure("dossier.online_share", "148", 0.1)
    found = evaluate(reading, "ioc-dossier-on-time-share")
    assert found.districts == {DA_BAC, PROVINCE}
    assert {dict(labels)["district"] for labels in found.values} == {
        *(HOA_BINH, DA_BAC, LUONG_SON, PROVINCE)
    }


def test_only_the_newest_figure_counts(tables: Tables, reading: Client) -> None:
    tables.figure("eoffice.on_time_share", "148", 0.2, ago_s=90)
    tables.figure("eoffice.on_time_share", "148", 0.97, ago_s=30)
    found = evaluate(reading, "ioc-eoffice-on-time-share")
    assert list(found.values.values()) == [0.97]
    assert not found.firing


def test_a_figure_that_is_not_known_gives_no_row(tables: Tables, reading: Client) -> None:
    tables.figure("dossier.on_time_share", "148", None, denominator=None)
    tables.figure("dossier.on_time_share", "150", 0.0, denominator=19)
    tables.figure("dossier.on_time_share", "152", 0.0, ago_s=601)
    tables.figure("dossier.on_time_share", "153", 0.0, denominator=20)
    found = evaluate(reading, "ioc-dossier-on-time-share")
    assert {dict(labels)["district"] for labels in found.values} == {"Huyện Kim Bôi"}


def test_where_lower_is_better_more_fires(tables: Tables, reading: Client) -> None:
    tables.figure("press.negative_share", "148", 0.35)
    tables.figure("press.negative_share", "150", 0.351)
    assert evaluate(reading, "ioc-press-negative-share").districts == {DA_BAC}


def test_gauges_are_those_of_the_instant_whatever_their_denominator(
    tables: Tables, reading: Client
) -> None:
    tables.figure("traffic.cameras_online", "148", 0.75, horizon_s=0, denominator=4)
    tables.figure("traffic.cameras_online", "150", 0.85, horizon_s=0, denominator=4)
    assert evaluate(reading, "ioc-traffic-cameras-online").districts == {HOA_BINH}
    tables.figure("press.spike", "148", 6.0, horizon_s=0, denominator=0)
    tables.figure("press.spike", "150", 6.1, horizon_s=0, denominator=None)
    assert evaluate(reading, "ioc-press-spike").districts == {DA_BAC}


def test_overdue_items_have_a_limit_a_district(tables: Tables, reading: Client) -> None:
    for district, value in (("17", 61), ("148", 30), ("150", 31)):
        tables.figure("dossier.overdue", district, value, horizon_s=0, denominator=None)
    found = evaluate(reading, "ioc-dossier-overdue")
    assert {dict(labels)["district"]: value for labels, value in found.values.items()} == {
        HOA_BINH: 30,
        DA_BAC: 31,
    }
    assert found.districts == {DA_BAC}


def test_a_feed_around_the_clock_is_silent_by_its_newest_event(
    tables: Tables, reading: Client
) -> None:
    tables.progress("traffic", NOW - timedelta(seconds=300))
    tables.progress("traffic", NOW - timedelta(seconds=30), partition=1)
    tables.progress("traffic", NOW, generation=0)  # of a log that is gone
    tables.progress("press", NOW)
    at_limit = evaluate(reading, "ioc-traffic-silence")
    assert (at_limit.value, at_limit.firing) == (30, frozenset())
    later = evaluate(reading, "ioc-traffic-silence", NOW + timedelta(seconds=1))
    assert later.value == 31
    assert later.firing
    assert rules()["ioc-traffic-silence"]["noDataState"] == "Alerting"


@pytest.mark.parametrize(
    ("newest", "now", "silent_s", "fires"),
    [
        ("09:54", "10:00", 360, True),
        ("09:55", "10:00", 300, False),
        ("16:55", "17:00", 0, False),  # closed
        ("16:50", "23:30", 0, False),
        ("02:00", "07:34", 240, False),  # silent since 02:00, but expected since 07:30 only
        ("02:00", "07:36", 360, True),
    ],
)
def test_an_office_feed_is_silent_in_office_hours_only(
    tables: Tables, reading: Client, newest: str, now: str, silent_s: int, fires: bool
) -> None:
    tables.progress("dossier", last_tuesday(newest))
    found = evaluate(reading, "ioc-dossier-silence", last_tuesday(now))
    assert found.value == silent_s
    assert bool(found.firing) is fires


def test_an_office_feed_rests_at_the_weekend_and_the_press_does_not(
    tables: Tables, reading: Client
) -> None:
    sunday = last_tuesday("10:00") - timedelta(days=2)
    for feed in ("dossier", "press"):
        tables.progress(feed, sunday - timedelta(hours=2))
    assert evaluate(reading, "ioc-dossier-silence", sunday).value == 0
    assert evaluate(reading, "ioc-press-silence", sunday).value == 7_200


def test_figures_that_are_not_computed_any_more_fire(tables: Tables, reading: Client) -> None:
    tables.figure("traffic.flow", "148", 10, horizon_s=300, ago_s=300)
    tables.figure("press.articles", "148", 10, horizon_s=300, ago_s=301)
    assert evaluate(reading, "ioc-traffic-standstill").value == 300
    assert not evaluate(reading, "ioc-traffic-standstill").firing
    assert evaluate(reading, "ioc-press-standstill").firing
    assert evaluate(reading, "ioc-dossier-standstill").values == {}
    assert rules()["ioc-dossier-standstill"]["noDataState"] == "Alerting"


def test_rejects_of_the_last_hour_fire_above_the_limit(tables: Tables, reading: Client) -> None:
    tables.archived(19)
    tables.archived(30, ago_s=3_601)
    tables.rejected(1)
    tables.rejected(5, reason="duplicate")
    tables.rejected(5, ago_s=3_601)
    at_limit = evaluate(reading, "ioc-press-rejects")
    assert (at_limit.value, at_limit.firing) == (0.05, frozenset())
    tables.rejected(1)
    above = evaluate(reading, "ioc-press-rejects")
    assert above.value == pytest.approx(2 / 21)
    assert above.firing
    assert evaluate(reading, "ioc-traffic-rejects").values == {}


def test_too_few_events_give_no_share_of_rejects(tables: Tables, reading: Client) -> None:
    tables.archived(9)
    tables.rejected(10)
    assert evaluate(reading, "ioc-press-rejects").values == {}


def test_one_unprocessable_event_of_the_last_day_fires_until_it_is_sent_again(
    tables: Tables, reading: Client
) -> None:
    tables.rejected(9)
    tables.rejected(5, reason="unprocessable", ago_s=86_401)
    assert evaluate(reading, "ioc-press-unprocessable").values == {}
    tables.rejected(1, reason="unprocessable", ago_s=86_000)
    found = evaluate(reading, "ioc-press-unprocessable")
    assert found.value == 1
    assert found.firing
    assert evaluate(reading, "ioc-traffic-unprocessable").values == {}
    tables.replayed(reason="unprocessable")
    assert evaluate(reading, "ioc-press-unprocessable").values == {}


@pytest.mark.parametrize("fault", ["missing", "unarchived", "double", "panes_wrong"])
def test_a_fault_of_the_last_audit_fires(tables: Tables, reading: Client, fault: str) -> None:
    tables.audit("press", ago_s=900, **{fault: 7})
    tables.audit("press", ago_s=600, **{fault: 3})
    tables.audit("traffic", ago_s=900, **{fault: 7})
    tables.audit("traffic", ago_s=600)
    assert evaluate(reading, "ioc-press-audit-faults").value == 3
    assert evaluate(reading, "ioc-press-audit-faults").firing
    assert evaluate(reading, "ioc-traffic-audit-faults").value == 0
    assert not evaluate(reading, "ioc-traffic-audit-faults").firing


def test_repaired_panes_are_no_fault_any_more(tables: Tables, reading: Client) -> None:
    tables.audit("press", panes_wrong=4, panes_repaired=4)
    assert evaluate(reading, "ioc-press-audit-faults").value == 0


def test_an_audit_that_is_too_old_or_never_was_fires(tables: Tables, reading: Client) -> None:
    tables.audit("press", ago_s=1_801)
    tables.audit("traffic", ago_s=1_800)
    assert evaluate(reading, "ioc-press-audit-age").firing
    assert not evaluate(reading, "ioc-traffic-audit-age").firing
    assert evaluate(reading, "ioc-dossier-audit-age").values == {}
    assert rules()["ioc-dossier-audit-age"]["noDataState"] == "Alerting"
