"""The command as a process, against a small Grafana over real HTTP."""

import json
from importlib.metadata import version
from pathlib import Path

import pytest

from dashboards.publishing.board_files import FOLDER
from tests.dashboards.publishing.conftest import Publish
from tests.dashboards.publishing.fake import TOKEN, Grafana, Reply, Slow, said, serving

BOARDS = {
    board["uid"]: board
    for file in FOLDER.glob("*.json")
    for board in [json.loads(file.read_text(encoding="utf-8"))]
}
SAVE = ("POST", "/api/dashboards/db")
MARK = ("POST", "/api/annotations")
EDITION = f"hoabinh-ioc {version('hoabinh-ioc')}"


def test_every_dashboard_is_published_into_a_new_folder_and_marked(
    grafana: Grafana, publish: Publish
) -> None:
    done = publish("--url", grafana.address, "--message", "ngưỡng mới")
    assert done.returncode == 0, done.stderr
    assert grafana.folders["ioc"]["title"] == "IOC"
    assert grafana.boards.keys() == BOARDS.keys()
    for uid, held in grafana.boards.items():
        assert held["folderUid"] == "ioc"
        assert held["overwrite"] is True
        assert held["message"] == f"{EDITION}: ngưỡng mới"
        assert held["dashboard"] == {
            key: value for key, value in BOARDS[uid].items() if key not in {"id", "version"}
        }
        assert f"  {uid}: {BOARDS[uid]['title']}, version 1" in done.stdout.splitlines()
    (mark,) = grafana.annotations
    assert mark["text"] == f"Bảng điều khiển {EDITION}"
    assert mark["tags"] == ["ioc", "deployment"]
    assert mark["time"] > 1_700_000_000_000
    last = f"published {len(BOARDS)} dashboards to {grafana.address}, folder IOC"
    assert done.stdout.splitlines()[-1] == last


def test_a_second_time_publishes_over_the_first_and_over_changes_made_there(
    grafana: Grafana, publish: Publish
) -> None:
    publish("--url", grafana.address)
    grafana.boards["ioc-tong-quan"]["dashboard"] = {"uid": "ioc-tong-quan", "title": "changed"}
    done = publish("--url", grafana.address, "--annotate", "")
    assert done.returncode == 0, done.stderr
    assert {held["version"] for held in grafana.boards.values()} == {2}
    assert grafana.boards["ioc-tong-quan"]["dashboard"]["panels"]
    assert len(grafana.folders) == 1
    assert len(grafana.annotations) == 1
    assert grafana.boards["ioc-tong-quan"]["message"] == EDITION


def test_options_win_over_the_environment(
    grafana: Grafana, publish: Publish, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    settings = {"IOC_GRAFANA_TOKEN": "wrong", "IOC_GRAFANA_URL": grafana.address}
    assert publish("--token-file", str(file), **settings).returncode == 0
    assert publish("--token", TOKEN, **settings).returncode == 0
    assert "does not know this token (401)" in publish(**settings).stderr


def test_another_folder_can_be_named(grafana: Grafana, publish: Publish) -> None:
    options = ("--folder", "Điều hành", "--folder-uid", "dieu-hanh", "--annotate", "Triển khai")
    assert publish("--url", grafana.address, *options).returncode == 0
    assert grafana.folders.keys() == {"dieu-hanh"}
    assert {held["folderUid"] for held in grafana.boards.values()} == {"dieu-hanh"}
    assert grafana.annotations[0]["text"] == "Triển khai"


def test_grafana_below_a_path(publish: Publish) -> None:
    with serving(Grafana(prefix="/grafana")) as grafana:
        assert publish("--url", f"{grafana.address}/").returncode == 0
        assert grafana.boards.keys() == BOARDS.keys()
        elsewhere = publish("--url", grafana.address.removesuffix("/grafana"))
        assert "is not Grafana's API: give the address of Grafana itself" in elsewhere.stderr


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"version": "11.5.9"}, "is version 11.5.9; the dashboards need 11.6 or newer"),
        ({"version": "9.12.0"}, "is version 9.12.0; the dashboards need 11.6 or newer"),
        (
            {"role": "Viewer"},
            "does not let this token create the folder IOC (403): its service account needs",
        ),
        (
            {"folders": {"other": {"uid": "other", "title": "IOC"}}},
            "has a folder named IOC of another uid: give that uid by --folder-uid",
        ),
    ],
)
def test_what_grafana_does_not_allow_is_one_sentence_and_publishes_nothing(
    publish: Publish, state: dict[str, object], sentence: str
) -> None:
    with serving(Grafana(**state)) as grafana:  # type: ignore[arg-type] # fields by name
        done = publish("--url", grafana.address)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert not grafana.boards
    assert not grafana.annotations


def test_a_version_that_is_hidden_is_no_obstacle(publish: Publish) -> None:
    with serving(Grafana(version=None)) as grafana:
        done = publish("--url", grafana.address)
    assert done.returncode == 0
    assert "Grafana does not tell its version; the dashboards need 11.6 or newer" in done.stdout


@pytest.mark.parametrize("status", [409, 412])
def test_a_folder_that_another_run_makes_meanwhile_is_used(publish: Publish, status: int) -> None:
    with serving(Grafana(exists_status=status)) as grafana:
        grafana.folders["ioc"] = {"uid": "ioc", "title": "IOC", "version": 1}
        grafana.next("GET", "/api/folders/ioc", said(404, "folder not found", "not-found"))
        assert publish("--url", grafana.address).returncode == 0
    assert ("POST", "/api/folders") in grafana.requests
    assert grafana.boards.keys() == BOARDS.keys()


def test_a_missing_data_source_is_said(publish: Publish) -> None:
    with serving(Grafana(role="Admin", sources={"prometheus"})) as grafana:
        done = publish("--url", grafana.address)
    assert done.returncode == 0
    assert "no data source of grafana-clickhouse-datasource yet: panels stay empty" in done.stdout


def test_what_one_dashboard_meets_does_not_keep_the_others(
    grafana: Grafana, publish: Publish
) -> None:
    first, second, *others = sorted(BOARDS)
    grafana.provisioned = {second}
    grafana.next(*SAVE, said(412, "The dashboard belongs to a plugin", "plugin-dashboard"))
    done = publish("--url", grafana.address)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert (
        f"published {len(others)} of {len(BOARDS)} dashboards ({', '.join(others)})" in done.stderr
    )
    where = f"Grafana at {grafana.address} refused to save the dashboard"
    assert f"not {first}: {where} (412): The dashboard belongs to a plugin, plugin-d" in done.stderr
    assert f"not {second}: {where} (400): Cannot save provisioned dashboard" in done.stderr
    assert done.stderr.endswith("it is safe to run this again\n")
    assert sorted(grafana.boards) == others
    assert not grafana.annotations  # what is not complete is not marked
    grafana.provisioned = set()
    assert publish("--url", grafana.address).returncode == 0
    assert grafana.boards.keys() == BOARDS.keys()


def test_what_fails_in_passing_is_tried_again(grafana: Grafana, publish: Publish) -> None:
    grafana.next("GET", "/api/health", said(503, "starting"), Reply(502, "<html>"))
    grafana.next(*SAVE, said(500, "database is locked"), Slow(4), Reply(204))
    done = publish("--url", grafana.address, "--timeout", "2")
    assert done.returncode == 0, done.stderr
    # The third reply was a 204 of something in between: taken for done, as its sender says.
    assert grafana.requests.count(SAVE) == len(BOARDS) + 2
    assert len(grafana.annotations) == 1


def test_attempts_are_bounded(grafana: Grafana, publish: Publish) -> None:
    first = min(BOARDS)
    grafana.next(*SAVE, *[said(500, "disk full")] * 3)
    done = publish("--url", grafana.address)
    assert (
        f"not {first}: Grafana at {grafana.address} failed to save the dashboard (500): disk"
        in (done.stderr)
    )
    assert sorted(grafana.boards) == sorted(BOARDS.keys() - {first})
    assert grafana.requests.count(SAVE) == len(BOARDS) + 2


def test_a_token_that_is_revoked_meanwhile_ends_it(grafana: Grafana, publish: Publish) -> None:
    first, *others = sorted(BOARDS)
    grafana.next(*SAVE, Reply(204), said(401, f"Invalid token {TOKEN}"))
    done = publish("--url", grafana.address)
    assert (
        f"published 1 of {len(BOARDS)} dashboards ({first}), not {', '.join(others)}: "
        in done.stderr
    )
    assert "does not know this token (401)" in done.stderr
    assert grafana.requests.count(SAVE) == 2


def test_a_mark_is_made_once_even_if_no_reply_comes(grafana: Grafana, publish: Publish) -> None:
    grafana.next(*MARK, Slow(4))
    done = publish("--url", grafana.address, "--timeout", "2")
    assert done.returncode == 1
    assert "all dashboards are published, but not marked: Grafana at" in done.stderr
    assert "did not answer within 2 s" in done.stderr
    assert grafana.requests.count(MARK) == 1
    assert len(grafana.annotations) == 1


def test_a_token_that_a_reply_repeats_is_hidden(grafana: Grafana, publish: Publish) -> None:
    grafana.next("GET", "/api/folders/ioc", said(400, f"bad header 'Bearer {TOKEN}'"))
    assert "(400): bad header 'Bearer ***'" in publish("--url", grafana.address).stderr


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, "<html>sign in</html>"),
        Reply(200, [{}]),
        Reply(418, 7),
        Reply(418, "null"),
        Reply(418, '"a message"'),
    ],
)
def test_a_reply_that_is_not_grafanas_is_one_sentence(
    grafana: Grafana, publish: Publish, reply: Reply
) -> None:
    grafana.next("GET", "/api/folders/ioc", reply)
    done = publish("--url", grafana.address)
    assert "is not Grafana's API: give the address of Grafana itself" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_redirect_is_not_followed(grafana: Grafana, publish: Publish) -> None:
    moved = Reply(301, {}, (("Location", "https://ioc.example/api/health"),))
    grafana.next("GET", "/api/health", moved)
    done = publish("--url", grafana.address)
    assert "sends on to https://ioc.example/api/health: give the address that" in done.stderr
