"""Colours that colour-blind eyes tell apart, and the words that go with them.

Bluish green, yellow and vermilion after Okabe and Ito (2008): they differ in lightness too.
"""

from enum import IntEnum

from grafana_foundation_sdk.models.dashboard import (
    DashboardRegexMapOptions,
    DashboardSpecialValueMapOptions,
    RegexMap,
    SpecialValueMap,
    SpecialValueMatch,
    ValueMap,
    ValueMapping,
    ValueMappingResult,
)

NO_DATA = "Không có dữ liệu"
GOOD, WARN, BAD = "#009E73", "#F0E442", "#D55E00"
UNKNOWN = "#6E7681"
"""Of what has no data."""
PLAIN = "#56B4E9"
"""Of figures that have no good side."""
BRIGHT, DIMMED = "#E8EDF2", "#8B98A5"
"""Of text, and of text that speaks for another time than was asked for."""
SERIES = "palette-classic"


class State(IntEnum):
    """What a threshold says of a figure, as SQL gives it."""

    GOOD = 0
    WARN = 1
    BAD = 2


WORDS = {State.GOOD: "Tốt", State.WARN: "Cảnh báo", State.BAD: "Xấu"}
COLOURS = {State.GOOD: GOOD, State.WARN: WARN, State.BAD: BAD}

NO_VALUE = SpecialValueMap(
    DashboardSpecialValueMapOptions(
        match=SpecialValueMatch.NULL_AND_NAN,
        result=ValueMappingResult(text=NO_DATA, color=UNKNOWN, index=0),
    )
)
"""Without it Grafana gives what is NULL the colour of the lowest step, which may be green."""

NOT_APPLICABLE = SpecialValueMap(
    DashboardSpecialValueMapOptions(
        match=SpecialValueMatch.NULL_AND_NAN,
        result=ValueMappingResult(text="–", color=UNKNOWN, index=0),
    )
)
"""What a row has no need of: nothing is missing there."""

STATES = ValueMap(
    {
        str(int(state)): ValueMappingResult(text=WORDS[state], color=COLOURS[state], index=index)
        for index, state in enumerate(State, 1)
    }
)
"""Numbers of states as words."""


def beginning(words: dict[str, str]) -> tuple[ValueMapping, ...]:
    """Colours of texts by how they begin; the text itself stays."""
    return tuple(
        RegexMap(
            DashboardRegexMapOptions(
                pattern=f"/^{word}/", result=ValueMappingResult(color=colour, index=index)
            )
        )
        for index, (word, colour) in enumerate(words.items(), 1)
    )
