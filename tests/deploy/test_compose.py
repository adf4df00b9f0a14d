"""Requirements on the stack's services: order, confinement, and who can reach whom."""

import re
import subprocess
from typing import Any

import pytest

from contracts.settings import Settings
from tests.deploy.files import APP, LONG_RUNNING, ONE_SHOT, ROOT, load_yaml, services

COMPOSE = load_yaml("docker-compose.yml")
EVERY = tuple(services())
HEALTHY = "service_healthy"
DONE = "service_completed_successfully"


def has_compose() -> bool:
    try:
        return subprocess.run(["docker", "compose", "version"], capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not has_compose(), reason="the docker compose plugin is not installed")
@pytest.mark.parametrize(
    "extra",
    [
        [],
        ["-f", "deploy/compose.analysts.yml"],
        ["-f", "deploy/compose.native.yml"],
    ],
)
def test_compose_itself_accepts_the_files(extra: list[str]) -> None:
    command = ["docker", "compose", "-f", "docker-compose.yml", *extra, "config", "--quiet"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_services_are_the_known_ones() -> None:
    assert set(EVERY) == {"kafka", "clickhouse", "grafana", *APP}


@pytest.mark.parametrize("name", EVERY)
def test_every_image_is_pinned_to_a_version(name: str) -> None:
    _, _, tag = services()[name]["image"].partition(":")
    assert re.fullmatch(r"\d+\.\d+(\.\d+)*", tag)


def test_one_service_builds_the_image_that_all_app_services_use() -> None:
    assert {services()[name]["image"] for name in APP} == {services()["topics"]["image"]}
    assert [name for name in EVERY if "build" in services()[name]] == ["topics"]


@pytest.mark.parametrize("name", [name for name in EVERY if name not in ONE_SHOT])
def test_what_runs_on_is_restarted_and_checked(name: str) -> None:
    service = services()[name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert service["healthcheck"].keys() >= {"interval", "timeout", "retries", "start_period"}


@pytest.mark.parametrize("name", ONE_SHOT)
def test_one_shot_services_end(name: str) -> None:
    service = services()[name]
    assert service["restart"] == "no"
    assert "healthcheck" not in service


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("topics", {"kafka": HEALTHY}),
        ("schema", {"clickhouse": HEALTHY}),
        ("produce", {"kafka": HEALTHY, "topics": DONE}),
        ("worker", {"kafka": HEALTHY, "topics": DONE}),
        ("sink", {"kafka": HEALTHY, "clickhouse": HEALTHY, "topics": DONE, "schema": DONE}),
        ("grafana", {"clickhouse": HEALTHY, "schema": DONE}),
    ],
)
def test_a_service_waits_for_what_it_needs(name: str, expected: dict[str, str]) -> None:
    waits = {on: how["condition"] for on, how in services()[name]["depends_on"].items()}
    assert waits == expected


@pytest.mark.parametrize("name", EVERY)
def test_no_service_can_gain_privileges(name: str) -> None:
    service = services()[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.keys() & {"privileged", "cap_add", "devices", "pid", "network_mode"}


@pytest.mark.parametrize("name", APP)
def test_app_services_are_confined(name: str) -> None:
    service = services()[name]
    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert service["init"] is True
    assert service["stop_grace_period"] == "20s"
    assert service["networks"] == ["backend"]
    assert any(mount.startswith("/tmp:") for mount in service["tmpfs"])


def test_a_worker_can_be_scaled() -> None:
    worker = services()["worker"]
    assert not worker.keys() & {"container_name", "hostname", "ports", "volumes"}
    assert any(mount.startswith("/var/lib/ioc:") for mount in worker["tmpfs"])


@pytest.mark.parametrize("workers", [1, 2, 3, 4, 6])
def test_so_many_workers_share_the_partitions_evenly(workers: int) -> None:
    (given,) = {services()[name]["environment"]["IOC_KAFKA_PARTITIONS"] for name in APP}
    found = re.fullmatch(r"\$\{IOC_KAFKA_PARTITIONS:-(\d+)\}", given)
    assert found is not None
    assert int(found[1]) % workers == 0


def test_only_grafana_is_reachable_and_from_this_host_only() -> None:
    published = {
        name: service["ports"] for name, service in services().items() if "ports" in service
    }
    assert published == {"grafana": ["${IOC_GRAFANA_BIND:-127.0.0.1}:3000:3000"]}
    assert COMPOSE["networks"]["backend"] == {"internal": True}


def test_analysts_reach_clickhouse_from_this_host_only() -> None:
    extra = load_yaml("deploy/compose.analysts.yml")["services"]
    assert extra.keys() == {"clickhouse"}
    assert extra["clickhouse"]["ports"] == ["127.0.0.1:8123:8123"]
    assert set(extra["clickhouse"]["networks"]) == {"backend", "edge"}


def test_data_lives_on_named_volumes() -> None:
    mounted = {
        name: [v for v in service.get("volumes", []) if not v.startswith(".")]
        for name, service in services().items()
    }
    assert {name: volumes for name, volumes in mounted.items() if volumes} == {
        "kafka": ["kafka-data:/var/lib/kafka/data"],
        "clickhouse": ["clickhouse-data:/var/lib/clickhouse"],
        "grafana": ["grafana-data:/var/lib/grafana"],
        "produce": ["produce-data:/var/lib/ioc"],
    }
    assert set(COMPOSE["volumes"]) == {v.split(":")[0] for vs in mounted.values() for v in vs}


def test_mounted_files_exist_and_are_read_only() -> None:
    mounts = [v for service in services().values() for v in service.get("volumes", [])]
    for source, _, mode in (v.split(":") for v in mounts if v.startswith(".")):
        assert mode == "ro"
        assert (ROOT / source).exists()


@pytest.mark.parametrize("name", EVERY)
def test_no_environment_holds_a_password(name: str) -> None:
    for key, value in services()[name].get("environment", {}).items():
        if re.search("PASSWORD|SECRET|TOKEN", key):
            assert key.endswith("__FILE")
            assert str(value).removeprefix("/run/secrets/") in services()[name]["secrets"]


def test_secrets_are_files_and_given_to_who_needs_them() -> None:
    used = {
        name: set(service["secrets"])
        for name, service in services().items()
        if "secrets" in service
    }
    assert used == {
        "clickhouse": {
            "ioc_clickhouse_owner_password",
            "ioc_clickhouse_password",
            "ioc_clickhouse_reader_password",
        },
        "grafana": {
            "grafana_admin_password",
            "grafana_secret_key",
            "ioc_clickhouse_reader_password",
        },
        "schema": {"ioc_clickhouse_owner_password"},
        "sink": {"ioc_clickhouse_password", "ioc_clickhouse_reader_password"},
    }
    declared = {name: {"file": f"./secrets/{name}"} for names in used.values() for name in names}
    assert COMPOSE["secrets"] == declared


@pytest.mark.parametrize("name", APP)
def test_app_settings_exist(name: str) -> None:
    over_tls = load_yaml("deploy/compose.tls.yml")["services"][name]["environment"]
    environment: dict[str, Any] = services()[name]["environment"] | over_tls
    assert {key.removeprefix("IOC_").lower() for key in environment} <= set(Settings.model_fields)


def test_kafka_runs_as_one_durable_broker() -> None:
    kafka = services()["kafka"]["environment"]
    assert kafka["KAFKA_PROCESS_ROLES"] == "broker,controller"
    assert kafka["KAFKA_LOG_DIRS"] == "/var/lib/kafka/data"
    assert kafka["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert len(kafka["CLUSTER_ID"]) == 22  # 16 bytes in base64, as the storage tool asks for
    single = [
        value for key, value in kafka.items() if re.search("REPLICATION_FACTOR|MIN_ISR|INSYNC", key)
    ]
    assert single == [1] * 7


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_health_is_asked_of_the_process_itself(name: str) -> None:
    assert services()[name]["healthcheck"]["test"] == ["CMD", "ioc", "health", name]
