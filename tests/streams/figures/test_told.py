"""Emitted rows, read as analysts read the table: a figure holds until its next row."""

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.indicators.formulas import Figure
from streams.figures.told import Told

PLACES = range(2)
VALUES = st.tuples(st.integers(0, 2), st.integers(0, 2))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(changes=st.lists(st.tuples(st.integers(0, 6), VALUES), max_size=30), newest=VALUES)
def test_the_last_row_up_to_a_window_is_its_figure(
    changes: list[tuple[int, tuple[int, int]]], newest: tuple[int, int]
) -> None:
    """Windows change in any order; the last row of each has its final figure."""
    told = Told()
    true: dict[int, tuple[int, int]] = {}
    rows: list[dict[int, int]] = [{} for _ in PLACES]
    last = {}

    def tell(minute: int, values: tuple[int, int]) -> None:
        true[minute] = values
        for place in told.news(300, "148", minute, [Figure(float(value)) for value in values]):
            rows[place][minute] = last[place] = values[place]

    for minute, values in changes:
        tell(minute, values)
    for minute, values in sorted(true.items()):
        tell(minute, values)
    tell(7, newest)
    for minute, values in true.items():
        held = [rows[place][max(at for at in rows[place] if at <= minute)] for place in PLACES]
        assert held == list(values), minute
    # The table of the newest figures keeps the row that was emitted last.
    assert [last[place] for place in PLACES] == list(newest)


def test_windows_before_the_newest_that_passed_are_forgotten() -> None:
    told = Told()
    for minute in range(1_000):
        assert told.news(300, "148", minute, [Figure(1.0)]) == ([] if minute else [0])
        told.forget_before(minute)
    assert len(told._windows[300, "148"]) == 2


def test_all_is_due_once_in_a_while_and_of_a_new_window_alone() -> None:
    told = Told()
    due = [minute for minute in range(50, 190) if told.all_are_due(300, minute, 60)]
    assert due == [50, 60, 120, 180]
    assert not told.all_are_due(300, 180, 60)
    assert told.all_are_due(0, 180, 60)
