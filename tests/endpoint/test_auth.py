"""Who may connect, and how they say who they are."""

import base64

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError

from tests.endpoint.running import READER, WRITER, Running


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
