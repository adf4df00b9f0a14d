from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest

from dashboards.preview.state import range_words, read_state
from tests.dashboards.preview.making import HANOI, dashboard

BOARD = dashboard(time={"from": "now-24h", "to": "now"}, refresh="30s")
NOW = datetime(2026, 11, 25, 5, 0, 7, tzinfo=UTC)


def test_an_address_leads_to_the_state_that_it_was_made_of() -> None:
    address = "var-district=148&var-district=150&from=now-6h&to=now&kiosk&opened=7&refresh=10s"
    given = parse_qsl(address, keep_blank_values=True)
    state = read_state(BOARD, given)
    assert state.chosen == {"district": ("148", "150")}
    assert (state.start, state.end, state.kiosk, state.refresh_s) == ("now-6h", "now", True, 10)
    assert state.opened == {7}
    again = read_state(BOARD, parse_qsl(state.query, keep_blank_values=True))
    assert again.address == state.address
    assert state.address.startswith("/d/u?from=now-6h&to=now&var-district=148&var-district=150")


@pytest.mark.parametrize("query", ["", "from=soon&to=now", "from=now-6h", "from=1'; DROP&to=now"])
def test_what_makes_no_sense_is_as_the_dashboard_has_it(query: str) -> None:
    state = read_state(BOARD, parse_qsl(query))
    assert (state.start, state.end) == ("now-24h", "now")
    assert (state.refresh_s, state.kiosk) == (30, False)


def test_relative_ends_are_rounded_up_to_a_whole_refresh() -> None:
    state = read_state(BOARD, [])
    early, late = state.time(HANOI, NOW), state.time(HANOI, NOW + timedelta(seconds=20))
    assert early == late
    assert early.end == NOW.replace(second=30)
    assert early.start == early.end - timedelta(hours=24)
    assert state.time(HANOI, NOW + timedelta(seconds=24)).end == NOW.replace(minute=1, second=0)


def test_absolute_times_are_taken_as_they_are() -> None:
    state = read_state(BOARD, [("from", "1764028800000"), ("to", "2025-11-25T03:00:00Z")])
    time = state.time(HANOI, NOW)
    assert time.start == datetime(2025, 11, 25, 0, 0, tzinfo=UTC)
    assert time.end == datetime(2025, 11, 25, 3, 0, tzinfo=UTC)
    assert range_words(state, HANOI) == "07:00 25/11 – 10:00 25/11/2025"


def test_a_range_that_runs_backwards_is_a_minute_long() -> None:
    time = read_state(BOARD, [("from", "now"), ("to", "now-1h")]).time(HANOI, NOW)
    assert time.end - time.start == timedelta(minutes=1)


def test_ranges_in_words() -> None:
    assert range_words(read_state(BOARD, []), HANOI) == "24 giờ qua"
    other = read_state(BOARD, [("from", "now-36h"), ("to", "now")])
    assert range_words(other, HANOI) == "now-36h – now"
