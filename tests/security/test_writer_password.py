"""The embedded ClickHouse's writer has a password of its own, which the parts find."""

import stat
from collections.abc import Iterator
from pathlib import Path
from signal import SIGTERM

import pytest
from clickhouse_connect.driver.exceptions import ClickHouseError

from contracts.access.writer_password import make_writer_password, own_password, share_own_password
from contracts.settings import load_settings
from tests.e2e.ledger import WRITER, client_of
from tests.e2e.running import Part, ioc_environment, run_ioc

NONE = Path("/nowhere")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return ioc_environment(tmp_path)


def started(environment: dict[str, str]) -> Part:
    part = Part(environment, "clickhouse")
    part.start()
    part.await_port(int(environment["IOC_CLICKHOUSE_PORT"]))
    return part


@pytest.fixture
def endpoint(environment: dict[str, str]) -> Iterator[Part]:
    part = started(environment)
    yield part
    if part.is_running:
        part.end(SIGTERM)


def test_only_who_reads_the_folder_can_write(
    environment: dict[str, str], endpoint: Part, tmp_path: Path
) -> None:
    folder = Path(environment["IOC_DATA_DIR"])
    password = own_password(folder)
    assert len(password) >= 40
    (file,) = (path for path in folder.iterdir() if path.is_file() and password in _text(path))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(ClickHouseError, match="Authentication failed"):
        client_of({**environment, "IOC_DATA_DIR": str(NONE)}, WRITER, "default")
    applied = run_ioc(environment, "schema", "apply")
    assert applied.returncode == 0, applied.stderr

    endpoint.end(SIGTERM)
    again = started(environment)
    try:
        assert own_password(folder) == password
        with client_of(environment, WRITER) as client:
            assert client.command("SELECT count() FROM panes") == 0
    finally:
        again.end(SIGTERM)


def _text(path: Path) -> str:
    return path.read_bytes().decode(errors="replace")


def test_a_password_of_the_settings_stands(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, clickhouse_password="mine")
    assert make_writer_password(settings).get_secret_value() == "mine"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "elsewhere", [{"clickhouse_host": "db.example"}, {"clickhouse_host": "0.0.0.0"}]
)
def test_none_is_made_for_others(tmp_path: Path, elsewhere: dict[str, str]) -> None:
    settings = load_settings(data_dir=tmp_path, **elsewhere)
    assert make_writer_password(settings).get_secret_value() == ""


def test_a_replay_beside_it_shares_it(tmp_path: Path) -> None:
    share_own_password(tmp_path / "outer", _made(tmp_path / "inner"))
    assert own_password(tmp_path / "inner") == ""
    made = make_writer_password(load_settings(data_dir=_made(tmp_path / "outer")))
    assert own_password(tmp_path / "inner") == made.get_secret_value() != ""


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
