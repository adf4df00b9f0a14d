"""Mistakes of users and failures of the network: one sentence each, never with the token."""

import shutil
import subprocess
from pathlib import Path

import pytest

from contracts.errors import SettingError
from dashboards.publishing.address import parse_address
from dashboards.publishing.board_files import load_boards
from ioc.embedded.ports import free_ports
from tests.dashboards.publishing.conftest import Publish
from tests.dashboards.publishing.fake import TOKEN, Grafana, serving


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://h", ("http", "h", None, "")),
        ("https://h:3000/", ("https", "h", 3000, "")),
        ("https://h/ops/grafana/", ("https", "h", None, "ops/grafana/")),
        (" http://[::1]:3000 ", ("http", "[::1]", 3000, "")),
    ],
)
def test_an_address_is_taken_apart(url: str, expected: tuple[object, ...]) -> None:
    found = parse_address(url)
    assert (found.protocol, found.host, found.port, found.prefix) == expected
    assert str(found) == url.strip().rstrip("/")


@pytest.mark.parametrize(
    "url", ["", "h:3000", "ftp://h", "http://", "http://h:x", "http://h/?a=b", "http://h/#a"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(SettingError, match="--url"):
        parse_address(url)


def test_a_password_in_the_address_is_not_repeated() -> None:
    with pytest.raises(SettingError, match="without a user") as raised:
        parse_address("http://admin:s3cret@h:3000")
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("options", "settings", "sentence"),
    [
        ((), {"IOC_GRAFANA_TOKEN": ""}, "IOC_GRAFANA_TOKEN: there is no token; make a service"),
        (("--token", " "), {}, "--token: there is no token"),
        (("--token", f"{TOKEN} x"), {}, "--token: is not a token: it has spaces"),
        (("--token", f"{TOKEN}\nx"), {}, "--token: is not a token"),
        (("--token", f"{TOKEN}ộ"), {}, "--token: is not a token"),
        (("--token-file", "none"), {}, "--token-file none: cannot be read: No such file"),
        (("--url", "here"), {}, "--url here: give the whole address, such as https://host:3000"),
        (("--folder-uid", "a/b"), {}, "--folder-uid a/b: has 1 to 40 letters, digits, - and _"),
        (("--ca", "none.pem"), {}, "--ca none.pem: there is no such file"),
    ],
)
def test_a_mistake_is_one_sentence(
    publish: Publish, options: tuple[str, ...], settings: dict[str, str], sentence: str
) -> None:
    done = publish(*options, **settings)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def test_where_nobody_answers(publish: Publish) -> None:
    (port,) = free_ports(1)
    done = publish("--url", f"http://127.0.0.1:{port}")
    assert done.returncode == 1
    expected = f"ioc: Grafana at http://127.0.0.1:{port} does not answer (Connection refused)\n"
    assert done.stderr == expected


def test_tls_where_there_is_none(grafana: Grafana, publish: Publish) -> None:
    done = publish("--url", grafana.address.replace("http:", "https:"))
    assert "no secure connection to Grafana at https://127.0.0.1:" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_a_certificate_is_trusted_by_its_ca_alone(publish: Publish, tmp_path: Path) -> None:
    certificate, both = tmp_path / "cert.pem", tmp_path / "both.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", tmp_path / "key.pem", "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    both.write_text((tmp_path / "key.pem").read_text() + certificate.read_text())
    with serving(Grafana(), str(both)) as grafana:
        untrusted = publish("--url", grafana.address)
        assert (
            "certificate verify failed: self-signed certificate; give the file" in untrusted.stderr
        )
        assert not grafana.requests
        assert publish("--url", grafana.address, "--ca", str(certificate)).returncode == 0
        assert grafana.boards


def test_a_folder_without_dashboards_or_with_something_else_is_named(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="holds no dashboards"):
        load_boards(tmp_path)
    (tmp_path / "a.json").write_text("[]")
    with pytest.raises(Exception, match=r"a\.json: is not a dashboard with a uid"):
        load_boards(tmp_path)
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(Exception, match=r"a\.json: cannot be read"):
        load_boards(tmp_path)
