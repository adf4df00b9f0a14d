"""The reference of the settings is that of the model, and says all of it."""

from contracts.settings import Settings
from ioc.asking.settings_reference import markdown
from tests.processes import ROOT


def test_the_reference_is_up_to_date() -> None:
    written = (ROOT / "docs" / "settings.md").read_text()
    assert written == markdown(), "write it anew: ioc settings > docs/settings.md"


def test_every_setting_has_one_line_with_its_default() -> None:
    lines = markdown().splitlines()
    for name in Settings.model_fields:
        (line,) = [each for each in lines if each.startswith(f"| `IOC_{name.upper()}` |")]
        assert line.count(" | ") == 3, line
    assert "| `IOC_IDLE_S` | `20` | number, > 0 ≤ 86,400, s | seconds of silence" in markdown()
    assert "| `IOC_REFERENCE` | `hoa-binh-2023` | text |" in markdown()
    assert "| `IOC_KAFKA_PASSWORD` | empty | secret |" in markdown()


def test_no_path_of_this_machine_is_told() -> None:
    assert str(ROOT) not in markdown()
