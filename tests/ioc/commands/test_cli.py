"""The command line as a stranger meets it: help, lists, and messages for mistakes."""

import json
from pathlib import Path

import pytest

from tests.e2e.running import ioc_environment, run_ioc
from tests.processes import ROOT

COMMANDS = (
    "up", "status", "audit", "query", "report", "rejects", "feeds", "units", "produce", "worker",
    "sink", "clickhouse", "broker", "topics", "schema", "health", "rebuild", "backfill",
    "replay", "dashboards",
)  # fmt: skip

REPLAY = (
    "replay", "docs/examples/ho-so.csv", "--feed", "dossier", "--map", "docs/examples/ho-so.toml",
)  # fmt: skip


def test_help_names_every_command(tmp_path: Path) -> None:
    shown = run_ioc(ioc_environment(tmp_path), "--help")
    assert shown.returncode == 0
    for command in COMMANDS:
        assert f" {command} " in shown.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(tmp_path: Path, command: str) -> None:
    shown = run_ioc(ioc_environment(tmp_path), command, "--help")
    assert shown.returncode == 0
    assert "Usage: " in shown.stdout


def test_feeds_and_units_are_listed(tmp_path: Path) -> None:
    environment = ioc_environment(tmp_path, COLUMNS="200")
    feeds = run_ioc(environment, "feeds").stdout
    assert all(name in feeds for name in ("eoffice", "dossier", "traffic", "press"))
    units = run_ioc(environment, "units").stdout
    assert units.count("Huyện") == 9
    assert "871,724" in units


def test_a_schema_is_json_schema(tmp_path: Path) -> None:
    schema = json.loads(run_ioc(ioc_environment(tmp_path), "feeds", "--schema", "traffic").stdout)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(schema["discriminator"]["mapping"]) == {"detection", "review", "heartbeat"}


@pytest.mark.parametrize(
    ("arguments", "settings", "sentence"),
    [
        (
            ("feeds", "--schema", "trafic"),
            {},
            "there is no feed named 'trafic'; there are: ",
        ),
        (("up", "--feeds", "nope"), {}, "there is no feed named 'nope'"),
        (("up", "--scenario", "x"), {}, "there is no scenario named 'x'; there are: seed-2023"),
        (
            ("up", "--scenario", "seed-2023", "--rate", "5"),
            {},
            "--scenario brings its own feeds and events: leave --feeds, --rate, --seed and",
        ),
        (("up", "--rate", "0"), {}, "IOC_RATE: Input should be greater than 0 (it is '0.0')"),
        (
            ("units",),
            {"IOC_REFERENCE": "/none"},
            "IOC_REFERENCE=/none: is neither a folder",
        ),
        (("units",), {"IOC_KAFKA_PARTITIONS": "many"}, "IOC_KAFKA_PARTITIONS: "),
        (("units",), {"IOC_PANE_RETENTION_H": "30"}, "IOC_PANE_RETENTION_H=30 is shorter than"),
        (("query", "SELECT 1"), {}, "ClickHouse"),
        (("audit",), {}, "IOC_CLICKHOUSE_PORT to where it runs"),
        (("audit", "--since", "noon"), {}, "--since noon: give how far to look back"),
        (("audit", "--feed", "pres"), {}, "there is no feed named 'pres'"),
        (("query", "SELECT 1", "--format", "xml"), {}, "--format xml: there are table, json, csv"),
        (("report", "seed-2024"), {}, "there is no report named 'seed-2024'; there are: seed-2023"),
        (("report", "seed-2023"), {}, "does not answer as it should: start it, or set IOC_CLICK"),
        (("report", "seed-2023", "--database", "a b"), {}, "IOC_CLICKHOUSE_DATABASE: "),
        (("topics", "apply"), {"IOC_KAFKA_BOOTSTRAP": "nowhere"}, "IOC_KAFKA_BOOTSTRAP"),
        (("topics", "check"), {"IOC_KAFKA_BOOTSTRAP": "nowhere"}, "IOC_KAFKA_BOOTSTRAP"),
        (("broker",), {"IOC_KAFKA_BOOTSTRAP": "10.0.0.1:9092"}, "only listens on 127.0.0.1"),
        (("health", "worker"), {}, "worker has shown no progress yet"),
        (("health", "x"), {}, "there is no part named 'x'"),
        (("up",), {"IOC_DATA_DIR": "/proc/none"}, "data and logs go to IOC_DATA_DIR"),
        (("replay",), {}, "give either a FILE of records or --scenario NAME"),
        (("replay", "a.csv", "--scenario", "b"), {}, "give either a FILE of records or --scenario"),
        (("replay", "a.csv", "--feed", "dossier"), {}, "a.csv: also give --feed (which events it"),
        (("replay", "--scenario", "b", "--feed", "dossier"), {}, "--scenario brings its own feed"),
        (("replay", "--scenario", "b", "--speed", "fast"), {}, "--speed fast: is neither max nor"),
        ((*REPLAY, "--into", "a b"), {}, "--into a b: a name has 1 to 40 letters"),
        (("replay", "none.csv", *REPLAY[2:]), {}, "none.csv: there is no such file"),
        (REPLAY, {}, "does not answer: start the stack with `ioc up`"),
        (("clickhouse",), {"IOC_CLICKHOUSE_HOST": "0.0.0.0"}, "'ioc_writer' has no password"),
    ],
)
def test_a_mistake_gets_one_sentence(
    tmp_path: Path, arguments: tuple[str, ...], settings: dict[str, str], sentence: str
) -> None:
    done = run_ioc(ioc_environment(tmp_path, **settings), *arguments)
    assert done.returncode == 1, done.stdout
    assert sentence in done.stderr
    assert done.stderr.startswith("ioc: ")
    assert done.stderr.count("\n") == 1, done.stderr


def test_status_without_a_stack_says_what_is_down(tmp_path: Path) -> None:
    done = run_ioc(ioc_environment(tmp_path), "status")
    assert done.returncode == 1
    assert done.stdout.count("down") == 2
    assert "no stack of `ioc up` runs over this data folder" in done.stdout


def test_a_dry_run_of_a_replay_reports_and_touches_nothing(tmp_path: Path) -> None:
    done = run_ioc(ioc_environment(tmp_path), *REPLAY, "--dry-run")
    assert done.returncode == 0, done.stderr
    documented = (ROOT / "docs" / "replay.md").read_text(encoding="utf-8")
    skips = [line for line in documented.splitlines() if line.startswith("  1 × ")]
    assert len(skips) == 7
    assert all(line in done.stdout.splitlines() for line in skips)
    assert "received 13, resolved 9, paid 7, returned 1" in done.stdout
    assert "published" not in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_gives_no_event_is_an_exit_code(tmp_path: Path) -> None:
    header = (ROOT / REPLAY[1]).read_text(encoding="utf-8-sig").splitlines()[0]
    file = tmp_path / "a.csv"
    file.write_text(f"{header}\n;;\nH1;Kỳ Sơn;Xã\n", encoding="utf-8")
    done = run_ioc(ioc_environment(tmp_path), "replay", str(file), *REPLAY[2:])
    assert done.returncode == 1
    assert "tells of no event" in done.stdout
