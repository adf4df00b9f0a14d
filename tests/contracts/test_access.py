"""Clients' arguments for encryption and users, and the settings that are refused."""

import os
import re
from pathlib import Path

import pytest

from contracts.access.clients import clickhouse_options, kafka_options
from contracts.errors import SettingError
from contracts.settings import load_settings
from tests.processes import ROOT
from tests.security.certificates import Certificates, make_certificates


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.upper().startswith("IOC_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


def test_without_security_a_client_is_given_addresses_only() -> None:
    assert kafka_options(load_settings(kafka_bootstrap="a:1,b:2")) == {
        "bootstrap_servers": ["a:1", "b:2"],
        "security_protocol": "PLAINTEXT",
    }
    own = load_settings(clickhouse_host="db", clickhouse_port=8123)
    assert clickhouse_options(own, "me", own.clickhouse_password) == {
        "host": "db",
        "port": 8123,
        "username": "me",
        "password": "",
        "interface": "http",
    }


def test_with_security_it_is_given_all_of_it(files: Certificates) -> None:
    own = load_settings(
        kafka_protocol="SASL_SSL",
        kafka_user="ioc",
        kafka_password="hush",
        kafka_ca_file=files.ca,
        kafka_cert_file=files.client_cert,
        kafka_key_file=files.client_key,
    )
    assert kafka_options(own) == {
        "bootstrap_servers": ["127.0.0.1:19092"],
        "security_protocol": "SASL_SSL",
        "ssl_cafile": str(files.ca),
        "ssl_certfile": str(files.client_cert),
        "ssl_keyfile": str(files.client_key),
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "ioc",
        "sasl_plain_password": "hush",
    }


def test_secrets_are_read_from_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "ioc_kafka_password").write_text("from a file\n")
    (folder / "ioc_clickhouse_password").write_text("file")
    monkeypatch.setenv("IOC_SECRETS_DIR", str(folder))
    monkeypatch.setenv("IOC_CLICKHOUSE_PASSWORD", "environment")
    own = load_settings()
    assert own.kafka_password.get_secret_value() == "from a file"
    assert own.clickhouse_password.get_secret_value() == "environment"
    monkeypatch.setenv("IOC_SECRETS_DIR", str(tmp_path / "absent"))
    with pytest.raises(SettingError, match=r"^IOC_SECRETS_DIR=.+absent: there is no such folder$"):
        load_settings()


SASL = {"IOC_KAFKA_PROTOCOL": "SASL_SSL", "IOC_KAFKA_USER": "u", "IOC_KAFKA_PASSWORD": "hush"}
REFUSED = [
    (SASL | {"IOC_KAFKA_USER": ""}, "IOC_KAFKA_USER"),
    (SASL | {"IOC_KAFKA_PASSWORD": ""}, "IOC_KAFKA_PASSWORD"),
    (SASL | {"IOC_KAFKA_PROTOCOL": ""}, "IOC_KAFKA_PROTOCOL"),
    (SASL | {"IOC_KAFKA_PROTOCOL": "sasl"}, "IOC_KAFKA_PROTOCOL"),
    (SASL | {"IOC_KAFKA_MECHANISM": "MD5"}, "IOC_KAFKA_MECHANISM"),
    (
        SASL | {"IOC_KAFKA_PROTOCOL": "SASL_PLAINTEXT", "IOC_KAFKA_MECHANISM": "PLAIN"},
        "IOC_KAFKA_MECHANISM",
    ),
    ({"IOC_KAFKA_CA_FILE": "CA"}, "IOC_KAFKA_PROTOCOL"),
    (SASL | {"IOC_KAFKA_CA_FILE": "absent"}, "IOC_KAFKA_CA_FILE"),
    (SASL | {"IOC_KAFKA_CA_FILE": "KEY"}, "IOC_KAFKA_CA_FILE"),
    (SASL | {"IOC_KAFKA_CERT_FILE": "CERT"}, "IOC_KAFKA_KEY_FILE"),
    (SASL | {"IOC_KAFKA_KEY_FILE": "KEY"}, "IOC_KAFKA_CERT_FILE"),
    (SASL | {"IOC_KAFKA_CERT_FILE": "CA", "IOC_KAFKA_KEY_FILE": "KEY"}, "IOC_KAFKA_CERT_FILE"),
    ({"IOC_CLICKHOUSE_CA_FILE": "CA"}, "IOC_CLICKHOUSE_SECURE"),
    ({"IOC_CLICKHOUSE_SECURE": "yes please"}, "IOC_CLICKHOUSE_SECURE"),
    ({"IOC_CLICKHOUSE_SECURE": "true", "IOC_CLICKHOUSE_CA_FILE": "KEY"}, "IOC_CLICKHOUSE_CA_FILE"),
    (
        {"IOC_CLICKHOUSE_SECURE": "true", "IOC_CLICKHOUSE_CERT_FILE": "CERT"},
        "IOC_CLICKHOUSE_KEY_FILE",
    ),
]


@pytest.mark.parametrize(("variables", "named"), REFUSED)
def test_what_is_unsafe_or_unusable_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch,
    files: Certificates,
    variables: dict[str, str],
    named: str,
) -> None:
    paths = {"CA": files.ca, "CERT": files.client_cert, "KEY": files.client_key}
    for name, value in variables.items():
        monkeypatch.setenv(name, str(paths.get(value, value)))
    with pytest.raises(SettingError) as caught:
        load_settings()
    sentence = str(caught.value)
    assert named in sentence
    assert "\n" not in sentence
    assert "hush" not in sentence


def test_plain_text_said_expressly_stands_beside_a_user(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (SASL | {"IOC_KAFKA_PROTOCOL": "PLAINTEXT"}).items():
        monkeypatch.setenv(name, value)
    assert "sasl_mechanism" not in kafka_options(load_settings())


PACKAGES = ("producers", "streams", "sinks", "dashboards", "ioc")
CLIENT = re.compile(r"(?<!class )\b(?:Kafka(?:Producer|Consumer|AdminClient)|AIOKafka\w+)\(")


def test_every_client_gets_its_access_from_the_one_place() -> None:
    """A client built from an address alone would talk in clear, and as nobody."""
    modules = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    texts = {str(path.relative_to(ROOT)): path.read_text() for path in modules}
    building = {name for name, text in texts.items() if CLIENT.search(text)}
    assert {
        "sinks/consuming/source.py",
        "ioc/status/lag.py",
        "streams/kafka/log_reader.py",
    } <= building
    assert [name for name in building if "kafka_options(" not in texts[name]] == []
    connecting = {name for name, text in texts.items() if "clickhouse_connect.get_client(" in text}
    assert connecting == {"sinks/client.py", "dashboards/preview/readers.py"}
    assert all("clickhouse_options(" in texts[name] for name in connecting)
