"""The scenario seed-2023, recounted from its events."""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import islice, pairwise
from pathlib import Path

import pytest

from contracts.errors import DataFileError, UnknownScenarioError
from contracts.feeds.dossier import DOSSIER
from contracts.reference.province import Reference, load_reference
from contracts.reference.published import DossierFigures, Published, Split
from contracts.registry import feed_named
from contracts.settings import Settings
from producers.replay.event import ReplayEvent
from producers.scenarios import scenario_named
from producers.scenarios.seed_2023 import Seed2023
from tests.producers.scenarios.recount import LOCAL, Recount

pytestmark = pytest.mark.slow  # a year of a whole province takes half a minute
ROOT = Path(__file__).parents[3]
DIGEST = """
from hashlib import sha256
from contracts.reference.province import load_reference
from contracts.settings import Settings
from producers.scenarios import scenario_named
digest = sha256()
for event in scenario_named("seed-2023").events(load_reference(Settings(_env_file=None))):
    digest.update(event.value)
print(digest.hexdigest())
"""


@pytest.fixture(scope="module")
def reference(settings: Settings) -> Reference:
    return load_reference(settings)


@pytest.fixture(scope="module")
def scenario() -> Seed2023:
    return scenario_named("seed-2023")


@pytest.fixture(scope="module")
def told(scenario: Seed2023, reference: Reference) -> Recount:
    """All events of the scenario, each valid by the contract."""
    return Recount(valid(scenario.events(reference)))


def valid(events: Iterator[ReplayEvent]) -> Iterator[ReplayEvent]:
    while block := list(islice(events, 10_000)):
        array = b"[" + b",".join(event.value for event in block) + b"]"
        assert len(DOSSIER.adapter.validate_json(array)) == len(block)
        yield from block


@pytest.mark.parametrize(
    ("what", "province", "below"),
    [
        ("received", 76_148, 205_017),
        ("resolved", 66_783, 201_796),
        ("online", 60_623, 199_251),
        ("paid online", 8_425, 99_022),
    ],
)
def test_it_comes_to_the_published_figures(
    told: Recount, what: str, province: int, below: int
) -> None:
    assert (told.counts[what, "province"], told.counts[what, "below"]) == (province, below)


def test_as_many_stay_in_process_as_were_published(told: Recount) -> None:
    still_open = Counter(
        "province" if life.level == "province" else "below"
        for life in told.lives.values()
        if "resolved" not in life.kinds
    )
    assert still_open == {"province": 9_365, "below": 3_221}
    assert len(told.lives) == 281_165
    assert told.kinds["returned"] == 0


def test_its_total_is_the_number_of_its_events(
    scenario: Seed2023, told: Recount, reference: Reference
) -> None:
    assert scenario.total(reference) == told.kinds.total()
    assert 700_000 < told.kinds.total() < 730_000


def test_events_are_told_in_order_of_time_and_say_the_same_as_their_bytes(told: Recount) -> None:
    assert told.out_of_order == 0
    assert told.strays == []


def test_it_lasts_from_new_year_to_the_instant_of_publication(told: Recount) -> None:
    first = datetime.fromtimestamp(told.first_ms / 1000, LOCAL)
    last = datetime.fromtimestamp(told.last_ms / 1000, LOCAL)
    assert (first.date(), last.date()) == (date(2023, 1, 1), date(2023, 9, 20))
    assert last < datetime(2023, 9, 20, 16, 30, tzinfo=LOCAL)


def test_no_id_stands_twice(told: Recount) -> None:
    assert len(told.event_ids) == told.kinds.total()


def test_a_life_begins_with_reception_and_ends_with_its_result(told: Recount) -> None:
    for life in told.lives.values():
        assert life.kinds[0] == "received"
        assert len(set(life.kinds)) == len(life.kinds)
        assert "resolved" not in life.kinds[:-1]
        assert all(earlier <= later for earlier, later in pairwise(life.times))
        assert life.times[0] < life.times[-1] or life.kinds[-1] != "resolved"


def test_only_what_is_done_online_happens_outside_office_hours(told: Recount) -> None:
    outside = {how for how, count in told.outside.items() if count}
    assert outside == {"channel 2", "paid online"}
    assert 0.05 < told.outside["channel 2"] / (60_623 + 199_251) < 0.2


def test_the_ten_districts_have_dossiers_by_their_people(
    told: Recount, reference: Reference
) -> None:
    assert len(told.districts) == 10
    for unit in reference.units.districts:
        share = unit.population / 871_704  # the districts' populations, added up by hand
        assert told.districts[unit.code] / 281_165 == pytest.approx(share, abs=0.004)


def test_only_procedures_with_a_fee_are_paid_for_and_some_at_the_counter(told: Recount) -> None:
    assert all(life.fee > 0 for life in told.lives.values() if "paid" in life.kinds)
    online = told.counts["paid online", "below"] / told.counts["paid", "below"]
    assert 0.8 < online < 0.9
    assert told.counts["paid", "province"] > 3 * told.counts["paid online", "province"]


def test_most_results_are_in_time(told: Recount) -> None:
    assert 0.93 < told.resolved_on_time / 268_579 < 0.97


def test_what_is_open_is_new_or_waits_for_its_applicant(told: Recount) -> None:
    """The limit has passed for about a third of the open dossiers; the rest is still in time."""
    end = datetime(2023, 9, 21, tzinfo=LOCAL)
    still_open = [life for life in told.lives.values() if "resolved" not in life.kinds]
    overdue = [life for life in still_open if life.due and life.due < end]
    assert 0.2 < len(overdue) / len(still_open) < 0.5
    silent = [life for life in still_open if "supplement_requested" not in life.kinds]
    assert all((end - life.times[0]).days < 30 for life in silent)
    last_day = [life for life in told.lives.values() if (end - life.times[0]).days == 0]
    assert sum("resolved" not in life.kinds for life in last_day) / len(last_day) > 0.5


def test_another_process_with_another_hash_seed_tells_the_same_bytes(told: Recount) -> None:
    other = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    done = subprocess.run(
        [sys.executable, "-c", DIGEST],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": other},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == told.digest


def test_it_follows_the_file_of_published_figures(reference: Reference) -> None:
    """A hundredth of a province, over two months."""
    figures = DossierFigures(
        received=Split(total=2_800, province=800, below=2_000),
        resolved=Split(total=2_500, province=600, below=1_900),
        in_process=Split(total=300, province=200, below=100),
        received_online=Split(total=2_200, province=300, below=1_900),
        paid_online=Split(total=900, province=0, below=900),
    )
    published = Published(
        scenario="test",
        source="test",
        first_day=date(2023, 3, 1),
        at=datetime(2023, 4, 28, 17, tzinfo=LOCAL),
        dossiers=figures,
    )
    told = Recount(valid(Seed2023(published).events(reference)))
    counts = told.counts
    assert (counts["received", "province"], counts["received", "below"]) == (800, 2_000)
    assert (counts["resolved", "province"], counts["resolved", "below"]) == (600, 1_900)
    assert (counts["online", "province"], counts["online", "below"]) == (300, 1_900)
    assert (counts["paid online", "province"], counts["paid online", "below"]) == (0, 900)
    last = datetime.fromtimestamp(told.last_ms / 1000, LOCAL)
    assert last.date() == date(2023, 4, 28)
    assert last < published.at


def test_a_name_that_is_no_scenario_is_answered_with_those_that_are() -> None:
    sentence = "there is no scenario named 'seed-2024'; there are: seed-2023"
    with pytest.raises(UnknownScenarioError, match=re.escape(sentence)):
        scenario_named("seed-2024")


@pytest.mark.parametrize("name", ["hoa-binh-2023", "phu-tho-2025"])
@pytest.mark.parametrize(("feed", "count"), [("platform", 21), ("report", 6)])
def test_platforms_and_reports_are_told_as_of_the_publication(
    scenario: Seed2023, feed: str, count: int, name: str
) -> None:
    reference = load_reference(Settings(_env_file=None, reference=name))
    told = list(scenario.events(reference, feed))
    assert len(told) == scenario.total(reference, feed) == count
    assert len({event.event_id for event in told}) == count
    for event in told:
        assert len(feed_named(feed).adapter.validate_json(b"[" + event.value + b"]")) == 1
        assert event.at_ms == datetime(2023, 9, 20, 16, 30, tzinfo=LOCAL).timestamp() * 1000
        assert event.district == reference.units.province.code


def test_a_province_without_a_published_system_is_refused(
    scenario: Seed2023, reference: Reference
) -> None:
    fewer = [each for each in reference.platform if each.system != "ho-tich"]
    lacking = replace(reference, platform=tuple(fewer))
    with pytest.raises(DataFileError, match=r"platform-systems\.csv: lgsp has no 'Hộ tịch'"):
        list(scenario.events(lacking, "platform"))
