"""Who holds a data folder, with real processes that outlive their supervisor."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.errors import IocError
from ioc.embedded import data_folder
from ioc.embedded.data_folder import await_outliving, only_one

Child = subprocess.Popen[bytes]


@pytest.fixture
def outliving(tmp_path: Path) -> Iterator[Child]:
    """A service that lives on for a second after its supervisor has gone."""
    with only_one(tmp_path) as lock:
        child = subprocess.Popen(["sleep", "1"], pass_fds=(lock,))
    yield child
    child.kill()
    child.wait()


def test_the_next_supervisor_waits_for_services_of_the_last(
    outliving: Child, tmp_path: Path
) -> None:
    with only_one(tmp_path):
        assert outliving.wait(0.5) == 0


def test_a_command_waits_for_them_too(outliving: Child, tmp_path: Path) -> None:
    await_outliving(tmp_path)
    assert outliving.wait(0.5) == 0


def test_services_of_a_living_supervisor_are_not_waited_for(tmp_path: Path) -> None:
    with only_one(tmp_path) as lock:
        child = subprocess.Popen(["sleep", "60"], pass_fds=(lock,))
        await_outliving(tmp_path)
        assert child.poll() is None
        child.kill()
        child.wait()


def test_those_that_do_not_end_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_folder, "OUTLIVING_S", 0.3)
    with only_one(tmp_path) as lock:
        child = subprocess.Popen(["sleep", "60"], pass_fds=(lock,))
    sentence = "that was killed still run over the folder"
    with pytest.raises(IocError, match=sentence), only_one(tmp_path):
        raise AssertionError("it must not come to this")
    with pytest.raises(IocError, match=sentence):
        await_outliving(tmp_path)
    child.kill()
    child.wait()


def test_a_folder_without_any_is_free(tmp_path: Path) -> None:
    await_outliving(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()
