"""Grafana: its data source and dashboards, whom alerts go to, who may come in."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from contracts.settings import Settings
from tests.deploy.files import ROOT, load_yaml, services
from tests.deploy.interpolation import by_compose, by_grafana

FOLDER = "dashboards/provisioning"
DEFAULTS = Settings.model_construct()


def container(*extra: str, **host: str) -> dict[str, str]:
    """Grafana's environment, on a host with these variables and further compose files."""
    environment = dict(services()["grafana"]["environment"])
    for file in extra:
        environment |= load_yaml(file)["services"]["grafana"]["environment"]
    return {key: by_compose(str(value), host) for key, value in environment.items()}


def provisioned(name: str, environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = by_grafana(load_yaml(f"{FOLDER}/{name}.yaml"), environment)
    return found


def source(environment: Mapping[str, str]) -> dict[str, Any]:
    (found,) = provisioned("datasources/clickhouse", environment)["datasources"]
    return dict(found)


@pytest.mark.parametrize(
    ("extra", "protocol", "port"),
    [((), "http", "8123"), (("deploy/compose.native.yml",), "native", "9000")],
)
def test_the_data_source_is_the_read_only_user(
    extra: tuple[str, ...], protocol: str, port: str
) -> None:
    found = source(container(*extra))
    assert (found["uid"], found["type"]) == ("clickhouse", "grafana-clickhouse-datasource")
    assert found["editable"] is False
    assert found["jsonData"] == {
        "host": services()["sink"]["environment"]["IOC_CLICKHOUSE_HOST"],
        "port": port,
        "protocol": protocol,
        "secure": "false",
        "username": DEFAULTS.clickhouse_reader,
        "defaultDatabase": DEFAULTS.clickhouse_database,
        "dialTimeout": "10",
        "queryTimeout": "60",
    }


def test_the_password_is_read_from_a_secret_that_grafana_is_given() -> None:
    secret = source(container())["secureJsonData"]
    assert secret.keys() == {"password"}
    found = re.fullmatch(r"\$__file\{/run/secrets/(\w+)\}", secret["password"])
    assert found
    assert found[1] in services()["grafana"]["secrets"]


def test_with_an_authority_of_ones_own_only_encryption_differs() -> None:
    tls = "deploy/compose.tls.yml"
    environment = container(tls, IOC_CLICKHOUSE_HOST="db.example")
    plain = source(environment)
    (found,) = by_grafana(load_yaml("deploy/grafana-clickhouse-tls.yaml"), environment)[
        "datasources"
    ]
    assert found["jsonData"] == plain["jsonData"] | {
        "tlsSkipVerify": False,
        "tlsAuthWithCACert": True,
    }
    assert (plain["jsonData"]["host"], plain["jsonData"]["secure"]) == ("db.example", "true")
    authority = found["secureJsonData"].pop("tlsCACert")
    assert authority.removeprefix("$__file{/run/secrets/").rstrip("}") in load_yaml(tls)["secrets"]
    assert {**found, "jsonData": {}} == {**plain, "jsonData": {}}


def test_the_data_source_has_no_deprecated_field() -> None:
    found = source(container())
    gone = {"password", "basicAuthPassword", "url", "user", "database", "orgId", "version"}
    assert not found.keys() & gone
    assert not found["jsonData"].keys() & {"server", "timeout"}


def test_dashboards_are_read_from_the_mounted_folder_and_not_edited() -> None:
    (provider,) = load_yaml(f"{FOLDER}/dashboards/ioc.yaml")["providers"]
    mounts = dict(v.split(":")[1::-1] for v in services()["grafana"]["volumes"])
    assert mounts[provider["options"]["path"]] == "./dashboards/json"
    assert mounts["/etc/grafana/provisioning"] == f"./{FOLDER}"
    assert provider["allowUiUpdates"] is False
    assert provider["disableDeletion"] is True
    home = container()["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    folder, _, name = home.rpartition("/")
    assert (ROOT / mounts[folder] / name).is_file()


def test_the_plugin_is_pinned_and_the_password_is_in_no_environment() -> None:
    grafana = container()
    assert re.fullmatch(
        r"grafana-clickhouse-datasource@\d+\.\d+\.\d+", grafana["GF_PLUGINS_PREINSTALL_SYNC"]
    )
    assert "GF_SECURITY_ADMIN_PASSWORD" not in grafana


@pytest.mark.parametrize(
    ("host", "comes_in"), [({}, "false"), ({"IOC_GRAFANA_ANONYMOUS": "true"}, "true")]
)
def test_nobody_comes_in_unnamed_unless_it_is_asked_for_and_then_only_views(
    host: dict[str, str], comes_in: str
) -> None:
    assert container(**host)["GF_AUTH_ANONYMOUS_ENABLED"] == comes_in
    assert container(**host)["GF_AUTH_ANONYMOUS_ORG_ROLE"] == "Viewer"


@pytest.mark.parametrize(
    ("host", "receivers"),
    [
        ({}, [("email", "nobody@ioc.invalid")]),
        ({"IOC_ALERT_EMAIL": ""}, [("email", "nobody@ioc.invalid")]),
        ({"IOC_ALERT_EMAIL": "a@b.vn;c@b.vn"}, [("email", "a@b.vn;c@b.vn")]),
        ({"IOC_ALERT_WEBHOOK": "https://chat.vn/x"}, [("webhook", "https://chat.vn/x")]),
        (
            {"IOC_ALERT_EMAIL": "a@b.vn", "IOC_ALERT_WEBHOOK": "https://chat.vn/x"},
            [("email", "a@b.vn"), ("webhook", "https://chat.vn/x")],
        ),
    ],
)
def test_alerts_go_to_whom_the_settings_name(
    host: dict[str, str], receivers: list[tuple[str, str]]
) -> None:
    environment = container(**host)
    points = {
        point["name"]: [
            (receiver["type"], *receiver["settings"].values()) for receiver in point["receivers"]
        ]
        for point in provisioned("alerting/contact-points", environment)["contactPoints"]
    }
    (policy,) = provisioned("alerting/policies", environment)["policies"]
    for route in (policy, *policy["routes"]):
        assert points[route["receiver"]] == receivers
    # Grafana refuses to start over an empty one, chosen or not.
    assert all(value for point in points.values() for _, value in point)


def test_contact_points_have_uids_of_their_own() -> None:
    points = load_yaml(f"{FOLDER}/alerting/contact-points.yaml")["contactPoints"]
    uids = [receiver["uid"] for point in points for receiver in point["receivers"]]
    assert len(uids) == len(set(uids))


def test_grafana_is_given_every_variable_that_its_files_name() -> None:
    """Queries aside: Grafana leaves the dollars of a rule's model alone."""
    given = container()
    for file in (ROOT / FOLDER).rglob("*.yaml"):
        if not file.read_text(encoding="utf-8").startswith("# Generated"):
            assert set(re.findall(r"\$(IOC_\w+)", file.read_text(encoding="utf-8"))) <= given.keys()


def test_only_provisioning_stands_in_the_folder_of_alerts() -> None:
    """Grafana refuses to start over a file of another kind there."""
    assert {file.suffix for file in (ROOT / FOLDER / "alerting").iterdir()} == {".yaml"}


def test_mail_needs_a_relay_and_its_password_is_a_secret() -> None:
    mail = "deploy/compose.mail.yml"
    with pytest.raises(AssertionError, match="IOC_SMTP_HOST is the mail relay"):
        container(mail)
    given = container(mail, IOC_SMTP_HOST="mail.vn:587", IOC_SMTP_FROM="ioc@b.vn")
    assert given["GF_SMTP_ENABLED"] == "true"
    assert given["GF_SMTP_HOST"] == "mail.vn:587"
    extra = load_yaml(mail)
    (secret,) = extra["services"]["grafana"]["secrets"]
    assert given["GF_SMTP_PASSWORD__FILE"] == f"/run/secrets/{secret}"
    assert extra["secrets"] == {secret: {"file": f"./secrets/{secret}"}}
