"""Colours that colour-blind people can tell apart, and the words that go with them.

Bluish green, yellow and vermilion after Okabe and Ito (2008), which also differ in lightness.
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
"""The colour for no data."""
PLAIN = "#56B4E9"
"""The colour of figures that are neither good nor bad."""
BRIGHT, DIMMED = "#E8EDF2", "#8B98A5"
"""The colours of text, and of text about another time than the chosen one."""
SERIES = "palette-classic"


class State(IntEnum):
    """The state of a figure by its threshold, as the number that SQL returns."""

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
"""Without it Grafana gives NULL the colour of the lowest step, which may be green."""

NOT_APPLICABLE = SpecialValueMap(
    DashboardSpecialValueMapOptions(
        match=SpecialValueMatch.NULL_AND_NAN,
        result=ValueMappingResult(text="–", color=UNKNOWN, index=0),
    )
)
"""Shows NULL as a dash in columns that do not apply to every row."""

STATES = ValueMap(
    {
        str(int(state)): ValueMappingResult(text=WORDS[state], color=COLOURS[state], index=index)
        for index, state in enumerate(State, 1)
    }
)
"""Numbers of states as words."""


def beginning(words: dict[str, str]) -> tuple[ValueMapping, ...]:
    """Mappings that colour a text by its beginning and leave the text itself unchanged."""
    return tuple(
        RegexMap(
            DashboardRegexMapOptions(
                pattern=f"/^{word}/", result=ValueMappingResult(color=colour, index=index)
            )
        )
        for index, (word, colour) in enumerate(words.items(), 1)
    )
