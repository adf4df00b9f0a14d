"""The content of a publication at its instant: reported figures, and connections of systems."""

from collections.abc import Iterator
from typing import Any

import orjson

from contracts.errors import DataFileError
from contracts.reference.province import Reference
from contracts.reference.published import Published, PublishedPlatform
from contracts.reference.reporters import PlatformSystem
from producers.identity import Namer
from producers.replay.event import ReplayEvent
from producers.simulator import envelope

PLATFORM, REPORT = "platform", "report"
AGENCY = "so-tttt"
"""Who reports the digital infrastructure."""
POINTS = "_points"
"""The end of codes whose figures are numbers of points; others are percentages."""


def connections(
    published: Published, reference: Reference, source: str, seed: int
) -> Iterator[ReplayEvent]:
    """The state of each system's connection.

    Raises DataFileError if the reference data has no system of that name, or too few on trial.
    """
    for platform in published.platforms:
        for system in _systems(platform, reference):
            fields = {"platform": platform.platform, "system": system.system}
            fields["state"] = system.connection
            yield _event(published, reference, source, seed, (PLATFORM, "connection"), fields)


def figures(
    published: Published, reference: Reference, source: str, seed: int
) -> Iterator[ReplayEvent]:
    """Each reported figure, of the province as a whole."""
    for code, value in published.reported.items():
        fields = {
            "code": code,
            "unit": "points" if code.endswith(POINTS) else "percent",
            "level": "province",
            "agency": AGENCY,
            "period": f"{published.at:%Y-%m}",
            "value": value,
            "as_of": f"{published.at:%Y-%m-%d}",
            "vintage": 1,
        }
        yield _event(published, reference, source, seed, (REPORT, "figure"), fields)


def _systems(platform: PublishedPlatform, reference: Reference) -> list[PlatformSystem]:
    known = [each for each in reference.platform if each.platform == platform.platform]
    by_name = {each.name_vi: each for each in known if each.connection == "connected"}
    missing = [name for name in platform.connected if name not in by_name]
    on_trial = [each for each in known if each.connection == "trial"][: platform.trial]
    if missing or len(on_trial) < platform.trial:
        what = missing[0] if missing else f"{platform.trial} systems on trial"
        raise DataFileError(f"platform-systems.csv: {platform.platform} has no {what!r}")
    return [*(by_name[name] for name in platform.connected), *on_trial]


def _event(
    published: Published,
    reference: Reference,
    source: str,
    seed: int,
    what: tuple[str, str],
    fields: dict[str, Any],
) -> ReplayEvent:
    feed, kind = what
    at_ms = round(published.at.timestamp() * 1000)
    province = reference.units.province.code
    what_of = fields.get("system") or fields["code"]
    event_id = Namer(seed, feed).event_id(f"{source}|{kind}|{what_of}")
    event = envelope(feed, kind, province, event_id, at_ms, source) | fields
    return ReplayEvent(at_ms, province, kind, event_id, orjson.dumps(event))
