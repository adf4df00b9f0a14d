"""Clients of ClickHouse over TLS check the server, and explain failures in one sentence."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from contracts.errors import SettingError, UnavailableError
from contracts.settings import Settings, load_settings
from dashboards.preview.readers import Readers
from ioc.embedded.clickhouse import serve
from ioc.embedded.endpoint.errors import EndpointError
from sinks import client
from tests.security.certificates import Certificates, make_certificates
from tests.security.tls_proxy import tls_before
from tests.sinks.processes import Endpoint


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    endpoint = Endpoint(tmp_path_factory.mktemp("clickhouse"))
    endpoint.start()
    yield endpoint
    endpoint.end()


def settings(port: int, **more: object) -> Settings:
    return load_settings(
        clickhouse_port=port,
        clickhouse_database="default",
        clickhouse_password="w-secret",
        clickhouse_reader_password="r-secret",
        **{"clickhouse_secure": True, **more},
    )


def test_all_clients_talk_over_tls(plain: Endpoint, files: Certificates) -> None:
    with tls_before(plain.port, files) as port:
        own = settings(port, clickhouse_ca_file=files.ca)
        with client.writer(own) as writer, client.reader(own) as reader:
            writer.command("CREATE DATABASE ioc")
            writer.command("CREATE TABLE ioc.kept (n UInt8) ENGINE = MergeTree ORDER BY n")
            writer.insert("ioc.kept", [[1], [2]], ["n"])
            assert reader.query("SELECT sum(n) FROM ioc.kept").result_rows == [(3,)]
        asked = Readers(own, threads=1).ask("SELECT currentUser() != '' AS named, 6 * 7 AS answer")
        assert [list(column) for column in asked.result(20).columns] == [[1], [42]]


def test_a_server_that_asks_for_a_certificate_gets_it(plain: Endpoint, files: Certificates) -> None:
    with tls_before(plain.port, files, asks_client=True) as port:
        with pytest.raises(UnavailableError):
            client.reader(settings(port, clickhouse_ca_file=files.ca))
        own = settings(
            port,
            clickhouse_ca_file=files.ca,
            clickhouse_cert_file=files.client_cert,
            clickhouse_key_file=files.client_key,
        )
        with client.reader(own) as reader:  # let in by its password, too
            assert reader.command("SELECT 1") == 1
        with pytest.raises(UnavailableError, match="does not let the user ioc_reader in"):
            client.reader(own.model_copy(update={"clickhouse_reader_password": SecretStr("n0")}))


def test_a_certificate_of_nobody_known_is_refused(
    plain: Endpoint, files: Certificates, tmp_path: Path
) -> None:
    others = make_certificates(tmp_path / "others")
    with tls_before(plain.port, files) as port:
        for wrong in ({}, {"clickhouse_ca_file": others.ca}):
            with pytest.raises(UnavailableError) as caught:
                client.writer(settings(port, **wrong))
            sentence = str(caught.value)
            assert "IOC_CLICKHOUSE_CA_FILE" in sentence
            assert "secret" not in sentence
            assert "\n" not in sentence


def test_plain_text_meets_no_tls(plain: Endpoint, files: Certificates) -> None:
    with tls_before(plain.port, files) as port, pytest.raises(UnavailableError):
        client.writer(settings(port, clickhouse_secure=False))
    with pytest.raises(UnavailableError):
        client.writer(settings(plain.port, clickhouse_ca_file=files.ca))


def test_the_embedded_endpoint_does_not_pretend_to_encrypt(tmp_path: Path) -> None:
    own = load_settings(data_dir=tmp_path, clickhouse_secure=True)
    with pytest.raises(SettingError, match="IOC_CLICKHOUSE_SECURE=true"):
        serve(own)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "ioc.example.vn"])
@pytest.mark.parametrize("known", [{}, {"clickhouse_password": "only-writer"}])
def test_the_endpoint_is_not_open_beyond_this_machine(
    tmp_path: Path, host: str, known: dict[str, str]
) -> None:
    own = load_settings(data_dir=tmp_path, clickhouse_host=host, **known)
    with pytest.raises(EndpointError, match="has no password"):
        serve(own)
