"""Contracts may grow; a breaking change is refused. The recorded schema tells which is which."""

from pathlib import Path
from typing import Annotated, Any, Literal

import orjson
import pytest
from pydantic import Field, create_model

from contracts.events.event import Event
from contracts.feed import Feed
from contracts.registry import FEEDS
from ioc.feeds.recorded import BrokenContractError, check, record, recorded_at

HEAD: dict[str, Any] = {"feed": (Literal["demo"], ...), "kind": (Literal["seen"], ...)}
BODY: dict[str, Any] = {
    "name": (Annotated[str, Field(max_length=9)], ...),
    "count": (Annotated[int, Field(ge=0, le=200)], ...),
    "colour": (Literal["red", "green"], ...),
    "note": (str | None, None),
}


def feed_with(**changed: Any) -> Feed:
    """The feed of BODY, with some fields changed or (None) left out."""
    fields = {**HEAD, **BODY, **changed}
    fields = {name: field for name, field in fields.items() if field is not None}
    model = create_model("Seen", __base__=Event, **fields)
    return Feed("demo", "Thử", model, (), (), 60, (), 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    recorded = record([feed_with()], tmp_path / "schemas")
    assert sorted(recorded) == ["demo.parts.json", "demo.v1.json"]
    return tmp_path / "schemas"


def test_the_contracts_are_those_that_were_recorded() -> None:
    """Fails after any change of a contract. If it only grew, run ioc feeds --record."""
    assert check(FEEDS) == [], "run `ioc feeds --record` and commit contracts/schemas"


def test_what_is_recorded_is_the_schema_that_is_published() -> None:
    for feed in FEEDS:
        assert orjson.loads(recorded_at(feed).read_bytes()) == feed.schema()


def test_nothing_changed(folder: Path) -> None:
    assert check([feed_with()], folder) == []
    assert record([feed_with()], folder) == []


GROWN: dict[str, dict[str, Any]] = {
    "seen.extra is new and may be left out": {"extra": (int | None, None)},
    "seen.name takes more than before": {"name": (Annotated[str, Field(max_length=10)], ...)},
    "seen.count takes more than before": {"count": (Annotated[int, Field(ge=0, le=255)], ...)},
    "seen.colour takes more than before": {"colour": (Literal["red", "green", "blue"], ...)},
    "seen.name now takes null": {"name": (Annotated[str, Field(max_length=9)] | None, ...)},
    "seen.colour may now be left out": {"colour": (Literal["red", "green"], "red")},
}


@pytest.mark.parametrize("said", GROWN)
def test_growth_is_recorded_by_the_command_that_is_named(folder: Path, said: str) -> None:
    grown = feed_with(**GROWN[said])
    (line,) = check([grown], folder)
    assert line == f"demo: field {said}; record it: `ioc feeds --record`"
    assert record([grown], folder) == ["demo.v1.json"]
    assert check([grown], folder) == []


def test_other_words_are_no_change_but_are_recorded(folder: Path) -> None:
    described = feed_with(note=(Annotated[str | None, Field(description="of a clerk")], None))
    assert check([described], folder) == ["demo: described anew; record it: `ioc feeds --record`"]


BROKEN: dict[str, dict[str, Any]] = {
    "field seen.note is gone": {"note": None},
    "field seen.name no longer takes what it took": {"name": (int, ...)},
    "field seen.extra is new and required": {"extra": (int, ...)},
    "field seen.note has become required": {"note": (str | None, ...)},
    "field seen.note no longer takes null": {"note": (str, "")},
    "field seen.colour no longer takes what it took": {"colour": (Literal["red"], ...)},
    "field seen.count no longer takes what it took": {
        "count": (Annotated[int, Field(ge=1, le=200)], ...)
    },
    "field seen.count would need a column of another type": {
        "count": (Annotated[int, Field(ge=0, le=256)], ...)
    },
    "kind seen is gone": {"kind": (Literal["heard"], ...)},
}


@pytest.mark.parametrize("said", BROKEN)
def test_a_broken_contract_is_refused_and_not_recorded(folder: Path, said: str) -> None:
    before = recorded_at(feed_with(), folder).read_bytes()
    for act in (check, record):
        with pytest.raises(BrokenContractError) as caught:
            act([feed_with(**BROKEN[said])], folder)
        sentence = str(caught.value)
        assert sentence.startswith(f"feed demo: {said}")
        assert "such as demo2" in sentence
    assert recorded_at(feed_with(), folder).read_bytes() == before
