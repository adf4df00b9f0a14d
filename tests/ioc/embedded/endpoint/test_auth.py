"""Who may connect, and how they say who they are."""

import base64

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError

from tests.ioc.embedded.endpoint.running import READER, WRITER, Running


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def test_three_ways(endpoint: Running) -> None:
    sql = "SELECT 1"
    in_url = {"user": READER[0], "password": READER[1]}
    assert endpoint.http(sql, user=READER).status == 200
    assert endpoint.http(sql, user=None, headers=basic(*READER)).status == 200
    assert endpoint.http(sql, user=None, params=in_url).status == 200
    assert endpoint.http(sql, user=None).status == 200, "`default` needs no password here"


@pytest.mark.parametrize(
    "headers",
    [
        basic(WRITER[0], "wrong"),
        basic("nobody", ""),
        basic("nobody", "\0"),
        basic(WRITER[0], ""),
        {"Authorization": "Bearer token"},
        {"Authorization": "Basic ???"},
        {"X-ClickHouse-User": WRITER[0]},
    ],
)
def test_refused(endpoint: Running, headers: dict[str, str]) -> None:
    reply = endpoint.http("SELECT 1", user=None, headers=headers)
    assert (reply.status, reply.code) == (403, "516")
    assert b"(AUTHENTICATION_FAILED)" in reply.body
    assert reply.headers["WWW-Authenticate"].startswith("Basic ")


def test_the_client_hears_why(endpoint: Running) -> None:
    with pytest.raises(DatabaseError, match="Authentication failed"):
        endpoint.client((WRITER[0], "wrong"))


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "http://evil.example", "Host": "evil.example"},
        {"Origin": "http://127.0.0.1:3000"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Host": "evil.example:18123"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_page_of_another_site_is_refused(endpoint: Running, headers: dict[str, str]) -> None:
    """Also one whose name leads to this machine: `default` needs no password here."""
    asked = {"Content-Type": "text/plain", **headers}
    for body in (b"CREATE DATABASE csrf", None):
        reply = endpoint.http(body, user=None, headers=asked, query="" if body else "SELECT 1")
        assert (reply.status, reply.code) == (403, "497")
    assert endpoint.http("EXISTS DATABASE csrf").body == b"0\n"


def test_its_own_page_and_any_name_with_a_password_are_served(endpoint: Running) -> None:
    own = {"Origin": endpoint.url.rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    assert endpoint.http("SELECT 1", user=None, headers=own).status == 200
    assert endpoint.http("SELECT 1", headers={"Host": "ioc.example:8123"}).status == 200
    local = {"Host": f"localhost:{endpoint.port}"}
    assert endpoint.http("SELECT 1", user=None, headers=local).status == 200


def test_a_page_of_another_site_is_refused_with_a_password_too(endpoint: Running) -> None:
    """The browser may have it stored, and adds it by itself."""
    assert endpoint.http("SELECT 1", headers={"Origin": "http://evil.example"}).code == "497"
