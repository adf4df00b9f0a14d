"""Grafana's provisioning: the data source, the dashboards' folder, the plugin."""

import re

from contracts.settings import Settings
from tests.deploy.files import load_yaml, services

FOLDER = "dashboards/provisioning"
DEFAULTS = Settings.model_construct()


def test_the_data_source_is_the_read_only_user_over_http() -> None:
    file = load_yaml(f"{FOLDER}/datasources/clickhouse.yaml")
    assert file["apiVersion"] == 1
    (source,) = file["datasources"]
    assert (source["uid"], source["type"]) == ("clickhouse", "grafana-clickhouse-datasource")
    assert source["editable"] is False
    app = services()["sink"]["environment"]
    assert source["jsonData"] == {
        "host": app["IOC_CLICKHOUSE_HOST"],
        "port": int(app["IOC_CLICKHOUSE_PORT"]),
        "protocol": "http",
        "secure": False,
        "username": DEFAULTS.clickhouse_reader,
        "defaultDatabase": DEFAULTS.clickhouse_database,
        "dialTimeout": "10",
        "queryTimeout": "60",
    }


def test_the_password_is_read_from_a_secret_that_grafana_is_given() -> None:
    (source,) = load_yaml(f"{FOLDER}/datasources/clickhouse.yaml")["datasources"]
    assert source["secureJsonData"].keys() == {"password"}
    found = re.fullmatch(r"\$__file\{/run/secrets/(\w+)\}", source["secureJsonData"]["password"])
    assert found
    assert found[1] in services()["grafana"]["secrets"]


def test_the_data_source_has_no_deprecated_field() -> None:
    (source,) = load_yaml(f"{FOLDER}/datasources/clickhouse.yaml")["datasources"]
    gone = {"password", "basicAuthPassword", "url", "user", "database", "orgId", "version"}
    assert not source.keys() & gone
    assert not source["jsonData"].keys() & {"server", "timeout"}


def test_dashboards_are_read_from_the_mounted_folder_and_not_edited() -> None:
    (provider,) = load_yaml(f"{FOLDER}/dashboards/ioc.yaml")["providers"]
    mounts = dict(v.split(":")[1::-1] for v in services()["grafana"]["volumes"])
    assert mounts[provider["options"]["path"]] == "./dashboards/json"
    assert mounts["/etc/grafana/provisioning"] == f"./{FOLDER}"
    assert provider["allowUiUpdates"] is False
    assert provider["disableDeletion"] is True


def test_the_plugin_is_pinned_and_nobody_comes_in_unnamed() -> None:
    grafana = services()["grafana"]["environment"]
    assert re.fullmatch(
        r"grafana-clickhouse-datasource@\d+\.\d+\.\d+", grafana["GF_PLUGINS_PREINSTALL_SYNC"]
    )
    assert grafana["GF_AUTH_ANONYMOUS_ENABLED"] == "false"
    assert "GF_SECURITY_ADMIN_PASSWORD" not in grafana
