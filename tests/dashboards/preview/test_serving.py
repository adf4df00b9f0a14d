"""``ioc preview`` as a process: its pages, its access control, its end."""

import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from ioc.embedded.ports import answers
from tests.dashboards.preview.serving import Preview, basic, serving, write_dashboard
from tests.e2e.running import Part, ioc_environment, run_ioc
from tests.processes import HOST
from tests.waiting import until

NOWHERE = 1
"""A port that no ClickHouse answers on."""


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    folder = tmp_path_factory.mktemp("preview")
    write_dashboard(folder, {"type": "stat", "title": "Hồ sơ"})
    with serving(folder, NOWHERE) as running:
        yield running


def test_the_root_leads_to_the_first_dashboard(preview: Preview) -> None:
    reply = preview.get("/")
    assert reply.status == 200
    assert "<title>Bảng thử · IOC</title>" in reply.text


def test_a_page_names_no_other_host(preview: Preview) -> None:
    text = preview.get("/d/thu").text
    addresses = re.findall(r"(?:src|href)=\"([^\"]+)\"|@import url\(\"([^\"]+)\"\)", text)
    assert len(addresses) > 5
    assert [
        one for pair in addresses for one in pair if one and not one.startswith(("/", "data:"))
    ] == []


def test_an_unknown_dashboard_is_named(preview: Preview) -> None:
    assert "Không tìm thấy dashboard «mat»" in preview.get("/d/mat").text


def test_its_own_files_are_served(preview: Preview) -> None:
    assert "--ground" in preview.get("/preview/style.css").text
    assert "iocNumber" in preview.get("/preview/format.js").text


def test_another_site_may_not_open_the_socket(preview: Preview) -> None:
    path = "/_nicegui_ws/socket.io/?EIO=4&transport=polling"
    assert preview.get(path, Origin="http://example.org").status == 403
    assert preview.get(path, Origin=preview.url).status == 200


def test_a_password_is_asked_once(tmp_path: Path) -> None:
    write_dashboard(tmp_path)
    with serving(tmp_path, NOWHERE, IOC_PREVIEW_PASSWORD="bí mật") as running:
        refused = running.get("/d/thu")
        assert refused.status == 401
        assert refused.headers["www-authenticate"].startswith("Basic")
        assert "Bảng thử" not in refused.text
        assert running.get("/d/thu", Authorization=basic("sai")).status == 401
        assert running.get("/d/thu", Authorization="Basic %%%").status == 401
        let_in = running.get("/d/thu", Authorization=basic("bí mật"))
        assert let_in.status == 200
        cookie = let_in.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert running.get("/d/thu", Cookie=cookie.split(";")[0]).status == 200
        assert running.get("/d/thu", Cookie="ioc_preview=x").status == 401


def test_beyond_this_machine_it_needs_a_password(tmp_path: Path) -> None:
    environment = ioc_environment(tmp_path, IOC_PREVIEW_HOST="0.0.0.0")
    for command in ("preview", "up"):
        done = run_ioc(environment, command)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "IOC_PREVIEW_PASSWORD" in done.stderr


def test_a_busy_port_is_one_sentence(tmp_path: Path) -> None:
    environment = ioc_environment(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(environment["IOC_PREVIEW_PORT"])))
        taken.listen()
        done = run_ioc(environment, "preview")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "IOC_PREVIEW_PORT" in done.stderr


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    done = run_ioc(ioc_environment(tmp_path), "preview", "--dashboards", str(tmp_path / "no"))
    assert done.returncode == 1
    assert "there is no such folder" in done.stderr


def test_a_signal_before_it_serves_is_not_lost(tmp_path: Path) -> None:
    environment = ioc_environment(tmp_path)
    part = Part(environment, "preview", "--dashboards", str(tmp_path))
    part.start()
    status = Path(f"/proc/{part.pid}/status")
    # Bit 14 of the caught signals: the command has its handler, long before the port is open.
    until(lambda: int(status.read_text().split("SigCgt:")[1].split()[0], 16) & 1 << 14, "a handler")
    assert not answers(HOST, int(environment["IOC_PREVIEW_PORT"]))
    assert part.end(signal.SIGTERM) == 0, part.log
