"""ClickHouse's users: who may do what, and where their passwords come from."""

import hashlib
import os
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

from contracts.settings import Settings
from tests.deploy.files import ROOT, services

FOLDER = ROOT / "deploy" / "clickhouse"
USERS = ElementTree.parse(FOLDER / "users.d" / "ioc.xml").getroot()
CONFIG = ElementTree.parse(FOLDER / "config.d" / "ioc.xml").getroot()
DEFAULTS = Settings.model_construct()
OWNER = services()["schema"]["environment"]["IOC_CLICKHOUSE_OWNER"]
DISKS = "GRANT SELECT(name, free_space, total_space) ON system.disks"
"""The owner's grants, for the view ``disks``; none of these columns holds a path."""


def grants(user: str) -> set[str]:
    """Its rights, one by one; every grant must be on the settings' database, but DISKS."""
    rights: set[str] = set()
    for query in USERS.findall(f"users/{user}/grants/query"):
        if query.text == DISKS:
            assert user == OWNER
            continue
        found = re.fullmatch(rf"GRANT (.+) ON {DEFAULTS.clickhouse_database}\.\*", query.text or "")
        assert found, query.text
        rights |= set(found[1].split(", "))
    return rights


def test_users_are_those_of_the_settings() -> None:
    known = {"default", OWNER, DEFAULTS.clickhouse_user, DEFAULTS.clickhouse_reader}
    assert {user.tag for user in USERS.findall("users/*")} == known


def test_the_default_user_is_let_in_from_inside_only() -> None:
    networks = USERS.find("users/default/networks")
    assert networks is not None
    assert networks.get("replace") == "replace"  # merged, the image's ::/0 would stay
    assert {ip.text for ip in networks} == {"127.0.0.1", "::1"}


def test_the_writer_adds_rows_and_changes_none() -> None:
    assert grants(DEFAULTS.clickhouse_user) == {"SELECT", "INSERT"}


def test_the_owner_has_no_right_outside_its_database() -> None:
    assert grants(OWNER) == {
        *("CREATE DATABASE", "CREATE TABLE", "CREATE VIEW", "DROP TABLE", "DROP VIEW"),
        *("SELECT", "INSERT", "ALTER"),
    }


def test_the_owner_may_run_every_statement_of_the_schema() -> None:
    files = [*(ROOT / "sinks").glob("*.py"), *(ROOT / "sinks" / "schema").glob("*.sql")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    kinds = "DATABASE|TABLE|VIEW|DICTIONARY|FUNCTION"
    pattern = rf"\b(CREATE|DROP) (?:OR REPLACE )?(?:MATERIALIZED )?({kinds})\b"
    needed = {f"{verb} {what}" for verb, what in re.findall(pattern, text)}
    assert "CREATE TABLE" in needed
    needed |= set(re.findall(r"\b(TRUNCATE|OPTIMIZE) TABLE\b", text))
    assert needed <= grants(OWNER)


def test_the_reader_only_reads_and_within_limits() -> None:
    assert grants(DEFAULTS.clickhouse_reader) == {"SELECT"}
    assert USERS.findtext(f"users/{DEFAULTS.clickhouse_reader}/profile") == "ioc_reader"
    profile = USERS.find("profiles/ioc_reader")
    assert profile is not None
    assert profile.findtext("readonly") == "1"
    for limit in ("max_execution_time", "max_memory_usage", "max_rows_to_read"):
        assert int(profile.findtext(limit) or 0) > 0


def test_the_reader_may_change_only_its_deadline_and_compression() -> None:
    constraints = USERS.find("profiles/ioc_reader/constraints")
    assert constraints is not None
    assert {setting.tag for setting in constraints} == {
        "max_execution_time",
        "enable_http_compression",
    }
    assert all(setting.find("changeable_in_readonly") is not None for setting in constraints)
    assert constraints.findtext("max_execution_time/min") == "1"  # 0 would lift the limit
    # Without this the server refuses changeable_in_readonly.
    needed = "access_control_improvements/settings_constraints_replace_previous"
    assert CONFIG.findtext(needed) == "true"


def test_passwords_are_hashes_from_the_environment_that_the_entrypoint_fills(
    tmp_path: Path,
) -> None:
    (tmp_path / "ioc_clickhouse_owner_password").write_text("owner's")
    (tmp_path / "ioc_clickhouse_password").write_text("writer's\n")
    (tmp_path / "ioc_clickhouse_reader_password").write_text("reader's")
    filled = start(tmp_path).stdout.splitlines()
    for user, password in (
        (OWNER, "owner's"),
        (DEFAULTS.clickhouse_user, "writer's"),
        (DEFAULTS.clickhouse_reader, "reader's"),
    ):
        entry = USERS.find(f"users/{user}")
        assert entry is not None
        ways = [child for child in entry if "password" in child.tag]
        assert [way.tag for way in ways] == ["password_sha256_hex"]
        assert not ways[0].text
        variable = ways[0].attrib["from_env"]
        assert f"{variable}={hashlib.sha256(password.encode()).hexdigest()}" in filled


def test_the_entrypoint_refuses_a_missing_or_empty_secret(tmp_path: Path) -> None:
    (tmp_path / "ioc_clickhouse_owner_password").write_text("owner's")
    (tmp_path / "ioc_clickhouse_password").write_text("writer's")
    missing = start(tmp_path)
    (tmp_path / "ioc_clickhouse_reader_password").touch()
    empty = start(tmp_path)
    for done in (missing, empty):
        assert done.returncode != 0
        assert not done.stdout
        assert "ioc_clickhouse_reader_password is missing or empty" in done.stderr


def start(secrets: Path) -> "subprocess.CompletedProcess[str]":
    """Run the container's entrypoint with env in place of the server's own."""
    command = services()["clickhouse"]["entrypoint"]
    mounted = {v.split(":")[1]: v.split(":")[0] for v in services()["clickhouse"]["volumes"]}
    return subprocess.run(
        [command[0], ROOT / mounted[command[1]], "env"],
        env={"PATH": os.environ["PATH"], "IOC_SECRETS_DIR": str(secrets)},
        capture_output=True,
        text=True,
    )
