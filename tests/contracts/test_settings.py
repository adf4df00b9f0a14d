"""Settings come from IOC_ variables; unsafe ones stop the start with a sentence."""

import os
from pathlib import Path

import pytest

from contracts.errors import SettingError
from contracts.settings import NOT_SETTINGS, Settings, load_settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide this machine's variables and any .env file of the folder."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.upper().startswith("IOC_")]:
        monkeypatch.delenv(name)


def refusal(monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingError) as caught:
        load_settings()
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IOC_KAFKA_PARTITIONS", "12")
    monkeypatch.setenv("IOC_DISORDER_S", "2.5")
    monkeypatch.setenv("ioc_clickhouse_database", "province")
    monkeypatch.setenv("KAFKA_PARTITIONS", "99")
    settings = load_settings()
    assert settings.kafka_partitions == 12
    assert settings.disorder_s == 2.5
    assert settings.clickhouse_database == "province"


def test_overrides_win_over_environment_and_that_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("IOC_SEED=1\nIOC_IDLE_S=31\nIOC_DISORDER_S=7\nOTHER=x\n")
    monkeypatch.setenv("IOC_SEED", "2")
    monkeypatch.setenv("IOC_IDLE_S", "32")
    settings = load_settings(seed=3)
    assert (settings.seed, settings.idle_s, settings.disorder_s) == (3, 32, 7)


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().seed = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("value", "feeds"),
    [
        ("", ()),
        ("traffic", ("traffic",)),
        ("traffic, press", ("traffic", "press")),
        (" , traffic,,press , ", ("traffic", "press")),
    ],
)
def test_feeds_are_split(
    monkeypatch: pytest.MonkeyPatch, value: str, feeds: tuple[str, ...]
) -> None:
    monkeypatch.setenv("IOC_FEEDS", value)
    assert load_settings().feeds == feeds


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IOC_KAFKA_PARTITIONS", "0"),
        ("IOC_KAFKA_PARTITIONS", "four"),
        ("IOC_KAFKA_PARTITIONS", "2.5"),
        ("IOC_KAFKA_REPLICATION", "8"),
        ("IOC_CLICKHOUSE_PORT", "65536"),
        ("IOC_CLICKHOUSE_DATABASE", "ioc; DROP"),
        ("IOC_GENERATION", "-1"),
        ("IOC_GENERATION", "8388608"),  # 2^23: the sign bit of a version of 64 bits
        ("IOC_DISORDER_S", "0"),
        ("IOC_DISORDER_S", "nan"),
        ("IOC_LATENESS_H", "inf"),
        ("IOC_PANE_RETENTION_H", "nan"),
        ("IOC_DUPLICATE_WINDOW", "-1"),
        ("IOC_MAX_EVENT_BYTES", "255"),
        ("IOC_MAX_EVENT_BYTES", "900001"),
        ("IOC_SINK_BATCH_ROWS", "0"),
        ("IOC_TTL_PANES_DAYS", "0"),
        ("IOC_RATE", "-1"),
        ("IOC_FAULT_SHARE", "1.01"),
        ("IOC_FAULT_SHARE", "nan"),
        ("IOC_REJECT_LIMIT", "-0.01"),
        ("IOC_REJECT_LIMIT", "5"),
        ("IOC_REJECT_LIMIT", "nan"),
    ],
)
def test_an_impossible_value_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    sentence = refusal(monkeypatch, **{name: value})
    assert sentence.startswith(f"{name}: ")
    assert f"(it is {value!r})" in sentence


def test_panes_must_outlive_lateness_and_retractions(monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = refusal(monkeypatch, IOC_PANE_RETENTION_H="47.9")  # 24 + 24 = 48 are needed
    assert "IOC_PANE_RETENTION_H=47.9" in sentence
    assert "IOC_LATENESS_H=24" in sentence
    monkeypatch.setenv("IOC_PANE_RETENTION_H", "48")
    assert load_settings().pane_retention_h == 48
    assert "IOC_LATENESS_H=25" in refusal(monkeypatch, IOC_LATENESS_H="25")


@pytest.mark.parametrize("idle", ["5", "4"])
def test_idleness_must_be_longer_than_disorder(monkeypatch: pytest.MonkeyPatch, idle: str) -> None:
    sentence = refusal(monkeypatch, IOC_IDLE_S=idle, IOC_DISORDER_S="5")
    assert f"IOC_IDLE_S={idle}" in sentence
    assert "IOC_DISORDER_S=5" in sentence
    monkeypatch.setenv("IOC_IDLE_S", "5.1")
    assert load_settings().idle_s == 5.1


def test_no_more_replicas_in_sync_than_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = refusal(monkeypatch, IOC_KAFKA_REPLICATION="2", IOC_KAFKA_MIN_INSYNC="3")
    assert "IOC_KAFKA_MIN_INSYNC=3 is more than IOC_KAFKA_REPLICATION=2" in sentence
    monkeypatch.setenv("IOC_KAFKA_REPLICATION", "3")
    assert load_settings().min_insync_replicas == 3


def test_passwords_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IOC_CLICKHOUSE_PASSWORD", "hush-writer")
    monkeypatch.setenv("IOC_CLICKHOUSE_READER_PASSWORD", "hush-reader")
    settings = load_settings()
    assert settings.clickhouse_password.get_secret_value() == "hush-writer"
    assert settings.clickhouse_reader_password.get_secret_value() == "hush-reader"
    for text in (repr(settings), str(settings), settings.model_dump_json()):
        assert "hush" not in text


def test_passwords_are_not_shown_when_another_setting_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IOC_CLICKHOUSE_PASSWORD", "hush")
    assert "hush" not in refusal(monkeypatch, IOC_PANE_RETENTION_H="1")
    assert "hush" not in refusal(monkeypatch, IOC_SEED="x")


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize("name", ["IOC_RATE", "IOC_HISTORY_H"])
def test_empty_leaves_the_choice_to_the_feed(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """As the descriptions of both settings say: "empty means natural", "empty: as suits"."""
    monkeypatch.setenv(name, "")
    settings = load_settings()
    assert settings.rate is None
    assert settings.history_h is None


def test_a_variable_that_is_no_setting_is_refused_with_the_nearest_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IOC_LATNESS_H", "3")
    with pytest.raises(SettingError, match=r"IOC_LATNESS_H in the environment .*IOC_LATENESS_H"):
        load_settings()
    monkeypatch.delenv("IOC_LATNESS_H")
    (tmp_path / ".env").write_text("IOC_SEDE=3\n")
    with pytest.raises(SettingError, match=r"IOC_SEDE in \.env is not a setting: .*IOC_SEED"):
        load_settings()
    (tmp_path / ".env").write_text("IOC_ALERT_EMAIL=a@example.vn\nOTHER=1\n")
    load_settings()


def test_what_is_no_setting_is_read_by_something_else() -> None:
    """Each exempt name occurs in a file that another program reads."""
    deployed = [ROOT / "docker-compose.yml", *(ROOT / "deploy").rglob("*"), ROOT / "contracts"]
    told = "".join(path.read_text() for path in deployed if path.is_file())
    told += "IOC_SECRETS_DIR" + "".join(
        path.read_text() for path in (ROOT / "dashboards" / "provisioning").rglob("*.yaml")
    )
    assert [name for name in NOT_SETTINGS if name not in told] == []
