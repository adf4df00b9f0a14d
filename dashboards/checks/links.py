"""Checks that links lead to existing dashboards and keep the period and the districts."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from dashboards.checks.board import Dashboard, Json
from dashboards.checks.problem import Problem

_TARGET = re.compile(r"^/d/([^/?]+)(?:/[^?]*)?(?:\?(.*))?$")
_TIME = ("${__url_time_range}", "${__url.params", "from=")
_ALL_VARIABLES = ("${__all_variables}", "${__url.params")


def dashboard(board: Dashboard, dashboards: Sequence[Dashboard]) -> Iterator[Problem]:
    """The problems of links in the dashboard's head, its panels and its fields."""
    by_uid = {one.uid: one for one in dashboards}
    for link in board.raw.get("links", ()):
        for sentence in _head(link, by_uid):
            yield Problem(board.uid, f"link {link.get('title', '?')}", sentence)
    for panel in board.panels:
        for url in _urls(panel.raw):
            for sentence in _url(board, url, by_uid):
                yield Problem(board.uid, panel.place, sentence)


def _head(link: Json, by_uid: dict[str, Dashboard]) -> Iterator[str]:
    if not (link.get("keepTime") and link.get("includeVars")):
        yield "it drops the period or the variables: set keepTime and includeVars"
    if link.get("type") == "dashboards":
        tags = set(link.get("tags") or ())
        if not any(tags <= set(one.raw.get("tags", ())) for one in by_uid.values()):
            yield f"no dashboard has its tags {sorted(tags)}"
    else:
        yield from _leads(str(link.get("url", "")), by_uid)


def _urls(panel: Json) -> Iterator[str]:
    """All addresses in a panel, except those in its inner panels."""
    for key, value in panel.items():
        if key != "panels":
            yield from _deep(value)


def _deep(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        url = value.get("url")
        if isinstance(url, str) and not url.startswith("data:"):  # a picture in the file itself
            yield url
        for one in value.values():
            yield from _deep(one)
    elif isinstance(value, list):
        for one in value:
            yield from _deep(one)


def _url(board: Dashboard, url: str, by_uid: dict[str, Dashboard]) -> Iterator[str]:
    problems = list(_leads(url, by_uid))
    yield from problems
    if problems:
        return
    match = _TARGET.match(url)
    uid, query = (match[1], match[2] or "") if match else ("", "")
    if not any(mark in query for mark in _TIME):
        yield f"its link to {uid} drops the period: add ${{__url_time_range}}"
    chosen = (
        one for one in board.variables if one.get("type") != "datasource" and not one.get("hide")
    )
    here = {str(one.get("name")) for one in chosen}
    there = {str(one.get("name")) for one in by_uid[uid].variables} if uid in by_uid else here
    for name in sorted(here & there):
        passed = (f"var-{name}=", f"${{{name}:queryparam}}", *_ALL_VARIABLES)
        if not any(mark in query for mark in passed):
            yield f"its link to {uid} drops the variable {name}"


def _leads(url: str, by_uid: dict[str, Dashboard]) -> Iterator[str]:
    match = _TARGET.match(url)
    if match is None:
        yield f"its link {url!r} is not of the form /d/<uid>?…"
    elif "$" not in match[1] and match[1] not in by_uid:
        yield f"its link leads to {match[1]!r}, which no dashboard has as uid"
