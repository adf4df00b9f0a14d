"""Faults of different kinds against the whole pipeline; and that damage would be found."""

from collections.abc import Iterator

import pytest
from clickhouse_connect.driver.client import Client

from tests.chaos.checks import (
    Check,
    Evidence,
    every_place_once,
    figures_equal_the_archive,
    lateness_is_a_function_of_the_log,
    open_items_equal_the_archive,
    panes_equal_the_archive,
    progress_tells_the_same,
    state_equals_the_panes,
    the_sum_holds,
)
from tests.chaos.plan import Fault, Kind
from tests.chaos.run import Result, environment_of, run
from tests.chaos.scene import Scene
from tests.chaos.settling import evidence_of
from tests.e2e.ledger import WRITER, client_of
from tests.kafka.brokers import is_apache

SEED, RATE, HISTORY_H = 8, 100, 0.01
FAULTS = [
    Fault(0.5, Kind.KILL_WORKER, 0, 0),
    Fault(3.7, Kind.PAUSE_WORKER, 4.0, 0),
    Fault(0.4, Kind.KILL_ENDPOINT, 0, 0),
    Fault(2.2, Kind.KILL_PRODUCER, 0, 1),
    Fault(4.5, Kind.INSERT_TWICE, 0, 200),
    Fault(1.0, Kind.FOREIGN_PRODUCER, 0, 1),
    Fault(0.5, Kind.CLOCK_STEP, 6.0, 2),
    *([Fault(1.0, Kind.ABORTED_TRANSACTION, 0, 4)] if is_apache() else []),
    *([Fault(3.0, Kind.KILL_BROKER, 0, 0)] if is_apache() else []),
]

Run = tuple[Scene, Result, Evidence]


@pytest.fixture(scope="module")
def chaos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("chaos")
    with Scene(environment_of(folder, SEED, RATE, HISTORY_H)) as scene:
        result = run(scene, FAULTS, print)
        yield scene, result, evidence_of(scene)


def test_no_figure_differs_after_all_faults(chaos: Run) -> None:
    _, result, _ = chaos
    assert result.differences == []
    assert len(result.kinds) == len(FAULTS)
    assert result.most_behind > 1000
    assert result.inserted_again > 0
    for held in result.accounts.values():
        assert held.archived > 1000
        assert held.rejected > 0
        assert held.duplicates > 0
        assert held.late > 0
        assert held.published == held.archived + held.rejected + held.duplicates


DAMAGES: dict[str, tuple[Check, str]] = {
    "press: published, but neither": (
        every_place_once,
        (
            "DELETE FROM rejects WHERE (partition, offset) = (SELECT partition, offset FROM rejects"
            " WHERE feed = 'press' ORDER BY offset LIMIT 1) AND feed = 'press'"
        ),
    ),
    "traffic: both accepted and refused": (
        every_place_once,
        (
            "INSERT INTO places SELECT feed, generation, partition, offset, generateUUIDv4(),"
            " rejected_at FROM rejects FINAL WHERE feed = 'traffic' LIMIT 1"
        ),
    ),
    "traffic: accepted, but not archived": (the_sum_holds, ""),
    "dossier: never published": (
        every_place_once,
        (
            "INSERT INTO places SELECT * REPLACE (offset + 1000000 AS offset)"
            " FROM places FINAL WHERE feed = 'dossier' LIMIT 1"
        ),
    ),
    "eoffice: panes whose completed differs": (
        panes_equal_the_archive,
        (
            "INSERT INTO panes SELECT * REPLACE"
            " (mapAdd(counts, map('completed', toInt64(1))) AS counts)"
            " FROM panes FINAL WHERE feed = 'eoffice' ORDER BY pane DESC LIMIT 1"
        ),
    ),
    "eoffice: panes unlike the worker's state": (state_equals_the_panes, ""),
    "press: panes whose events differs": (
        panes_equal_the_archive,
        (
            "INSERT INTO panes SELECT * REPLACE (pane - 86400 * 300 AS pane)"
            " FROM panes FINAL WHERE feed = 'press' LIMIT 1"
        ),
    ),
    "dossier: late wrongly or not": (
        lateness_is_a_function_of_the_log,
        (
            "INSERT INTO events_dossier SELECT * REPLACE (NOT late AS late)"
            " FROM events_dossier FINAL ORDER BY offset DESC LIMIT 1"
        ),
    ),
    "dossier: panes whose late differs": (panes_equal_the_archive, ""),
    "press: the worker counted": (
        progress_tells_the_same,
        (
            "INSERT INTO progress SELECT * REPLACE (accepted + 1 AS accepted,"
            " version + 1 AS version) FROM progress FINAL WHERE feed = 'press' LIMIT 1"
        ),
    ),
    "press.articles differs": (
        figures_equal_the_archive,
        (
            "INSERT INTO indicators SELECT * REPLACE (value + 1 AS value,"
            " version + 60000 AS version) FROM indicator_latest"
            " WHERE indicator = 'press.articles' AND value > 0 LIMIT 1"
        ),
    ),
    "dossier.open differs": (
        open_items_equal_the_archive,
        (
            "INSERT INTO indicators SELECT * REPLACE (value - 1 AS value,"
            " version + 60000 AS version) FROM indicator_latest"
            " WHERE indicator = 'dossier.open' AND district != '17' LIMIT 1"
        ),
    ),
    "eoffice.overdue differs": (
        open_items_equal_the_archive,
        (
            "INSERT INTO indicators SELECT * REPLACE (value + 1000 AS value,"
            " version + 60000 AS version) FROM indicator_latest"
            " WHERE indicator = 'eoffice.overdue' AND district != '17' LIMIT 1"
        ),
    ),
}
"""Sentence -> the check that must say it, and the damage (none: that of the line before)."""


@pytest.fixture
def writer(chaos: Run) -> Client:
    return client_of(chaos[0].environment, WRITER)


def test_damage_is_found(chaos: Run, writer: Client) -> None:
    missed = {}
    for sentence, (check, damage) in DAMAGES.items():
        if damage:
            writer.command(damage)
        found = list(check(chaos[2]))
        if not any(difference.startswith(sentence) for difference in found):
            missed[sentence] = found
    assert missed == {}
