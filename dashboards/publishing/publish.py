"""Puts the dashboards into a folder of a Grafana; doing so again changes nothing more."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from contracts.errors import SettingError
from dashboards.publishing.board_files import UID, Json
from dashboards.publishing.connection import NOT_FOUND, Grafana, Reply
from dashboards.publishing.errors import GrafanaError, PublishingError

Say = Callable[[str], None]

OLDEST = (11, 6)
"""The oldest version of Grafana that the ClickHouse data source supports."""
PLUGIN = "grafana-clickhouse-datasource"
TAGS = ("ioc", "deployment")
EXISTS = frozenset({409, 412})
_VERSION = re.compile(r"v?(\d+)\.(\d+)")


@dataclass(frozen=True)
class Folder:
    """The dashboards' folder, created if its uid does not exist. Raises SettingError."""

    uid: str
    title: str

    def __post_init__(self) -> None:
        if not UID.fullmatch(self.uid):
            raise SettingError(
                f"--folder-uid {self.uid}: has 1 to 40 letters, digits, - and _, no others"
            )


@dataclass(frozen=True)
class Edition:
    """Texts about an upload: ``message`` for the dashboards' history, ``mark`` for the time axis.

    ``mark`` is the text of an annotation at ``at_ms`` (since 1970); empty: no annotation.
    """

    message: str
    mark: str
    at_ms: int


def publish(
    grafana: Grafana, boards: Sequence[Json], folder: Folder, edition: Edition, say: Say
) -> None:
    """Publish all boards, replacing existing ones, and add the annotation.

    Raises GrafanaError if nothing can be published, and PublishingError if only some could be.
    """
    _check_version(grafana, say)
    _make_folder(grafana, folder, say)
    _look_for_source(grafana, say)
    faults: dict[str, GrafanaError] = {}
    for done, board in enumerate(boards):
        try:
            _put(grafana, board, folder, edition, say)
        except GrafanaError as error:
            faults[board["uid"]] = error
            say(f"  {board['uid']}: not published")
            if error.is_general:
                faults |= {later["uid"]: error for later in boards[done + 1 :]}
                break
    if faults:
        raise PublishingError(_summary(boards, faults))
    if edition.mark:
        _mark(grafana, edition)
    say(f"published {len(boards)} dashboards to {grafana.address}, folder {folder.title}")


def _check_version(grafana: Grafana, say: Say) -> None:
    health = grafana.ask("tell its version", lambda: grafana.face.api.GET("/health"))
    found = _VERSION.match(str((health or {}).get("version", "")))
    needed = ".".join(map(str, OLDEST))
    if found is None:
        say(f"Grafana does not tell its version; the dashboards need {needed} or newer")
    elif (int(found[1]), int(found[2])) < OLDEST:
        raise GrafanaError(
            f"Grafana at {grafana.address} is version {(health or {})['version']}; the dashboards "
            f"need {needed} or newer",
            is_general=True,
        )


def _make_folder(grafana: Grafana, folder: Folder, say: Say) -> None:
    if _has_folder(grafana, folder):
        return
    try:
        grafana.ask(
            f"create the folder {folder.title}",
            lambda: grafana.face.folder.create_folder(folder.title, folder.uid),
        )
        say(f"made the folder {folder.title}")
    except GrafanaError as error:
        # Another run created it meanwhile, or our own attempt did whose reply was lost.
        if error.status not in EXISTS:
            raise
        if not _has_folder(grafana, folder):
            raise GrafanaError(
                f"Grafana at {grafana.address} has a folder named {folder.title} of another uid: "
                "give that uid by --folder-uid, or another name by --folder",
                error.status,
            ) from None


def _has_folder(grafana: Grafana, folder: Folder) -> bool:
    try:
        grafana.ask(
            f"read the folder {folder.uid}", lambda: grafana.face.folder.get_folder(folder.uid)
        )
    except GrafanaError as error:
        if error.status != NOT_FOUND:
            raise
        return False
    return True


def _look_for_source(grafana: Grafana, say: Say) -> None:
    """Tell if there is no data source. Editors may lack the right to list data sources."""
    try:
        held = grafana.ask_list("read data sources", lambda: grafana.face.api.GET("/datasources"))
    except GrafanaError as error:
        if error.is_general:
            raise
        return
    if not any(one.get("type") == PLUGIN for one in held):
        say(f"there is no data source of {PLUGIN} yet: panels stay empty")


def _put(grafana: Grafana, board: Json, folder: Folder, edition: Edition, say: Say) -> None:
    uid = board["uid"]
    request = {
        "dashboard": board,
        "folderUid": folder.uid,
        "message": edition.message,
        "overwrite": True,
    }
    reply: Reply = grafana.ask(
        "save the dashboard", lambda: grafana.face.dashboard.update_dashboard(request)
    )
    version = (reply or {}).get("version")
    say(f"  {uid}: {board['title']}{f', version {version}' if version else ''}")


def _mark(grafana: Grafana, edition: Edition) -> None:
    """Add the annotation in one attempt: after a lost reply, another could add a second one."""
    try:
        grafana.ask(
            "mark the moment",
            lambda: grafana.face.annotations.add_annotation(
                time_from=edition.at_ms, tags=list(TAGS), text=edition.mark
            ),
            repeatable=False,
        )
    except GrafanaError as error:
        raise PublishingError(f"all dashboards are published, but not marked: {error}") from None


def _summary(boards: Sequence[Json], faults: dict[str, GrafanaError]) -> str:
    """One sentence: the unpublished dashboards, each reason once, and what to do."""
    by_reason: dict[str, list[str]] = {}
    for uid, error in faults.items():
        by_reason.setdefault(str(error), []).append(uid)
    told = "; ".join(f"not {', '.join(uids)}: {reason}" for reason, uids in by_reason.items())
    done = [board["uid"] for board in boards if board["uid"] not in faults]
    return (
        f"published {len(done)} of {len(boards)} dashboards ({', '.join(done) or 'none'}), {told}; "
        "it is safe to run this again"
    )
