"""Sessions: SET and USE last, for their session, as long as it lasts."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from ioc.embedded.endpoint.config import User
from ioc.embedded.endpoint.errors import QueryError
from ioc.embedded.endpoint.sessions import Session, Sessions
from tests.ioc.embedded.endpoint.running import READER, WRITER, Running
from tests.waiting import until

NOT_FOUND, LOCKED, WRONG_TIMEOUT, TOO_MANY = "372", "373", "374", "700"
BLOCK = "SELECT getSetting('max_block_size')"
SLOW = "SELECT sum(sleepEachRow(0.1)) FROM numbers(400) SETTINGS max_block_size = 1"


def setting(endpoint: Running, name: str, user: tuple[str, str] = WRITER, **url: str) -> str:
    sql = f"SELECT getSetting('{name}') FORMAT TSVRaw"
    return endpoint.http(sql, user, params=url).body.decode().strip()


@pytest.mark.parametrize("user", [WRITER, READER])
def test_a_setting_is_kept_for_its_session(endpoint: Running, user: tuple[str, str]) -> None:
    usual = setting(endpoint, "max_block_size", user)
    assert endpoint.http("SET max_block_size = 77;", user, session_id="kept").body == b""
    assert setting(endpoint, "max_block_size", user, session_id="kept") == "77"
    given = {"session_id": "kept", "max_block_size": "88"}
    assert setting(endpoint, "max_block_size", user, **given) == "88"
    assert setting(endpoint, "max_block_size", user, session_id="kept") == "77"
    assert setting(endpoint, "max_block_size", user, session_id="other") == usual
    assert setting(endpoint, "max_block_size", user) == usual
    other = READER if user == WRITER else WRITER
    assert setting(endpoint, "max_block_size", other, session_id="kept") == usual
    endpoint.http("SET max_block_size = DEFAULT", user, session_id="kept")
    assert setting(endpoint, "max_block_size", user, session_id="kept") == usual
    assert endpoint.http("SET max_block_size = 77", user).status == 200
    assert setting(endpoint, "max_block_size", user) == usual


def test_values_of_every_kind(endpoint: Running) -> None:
    sql = (
        r"set format_csv_null_representation = 'it''s \'\\n\' a\tb', join_use_nulls=true,"
        "max_bytes_to_read = 1000000000 , param_x = 'của tôi'"
    )
    assert endpoint.http(sql, session_id="values").status == 200
    found = setting(endpoint, "format_csv_null_representation", session_id="values")
    assert found == "it's '\\n' a\tb"
    assert setting(endpoint, "join_use_nulls", session_id="values") in ("1", "true")
    assert setting(endpoint, "max_bytes_to_read", session_id="values") == "1000000000"
    asked = endpoint.http("SELECT {x:String}", session_id="values")
    assert asked.body.decode() == "của tôi\n"


def test_a_database_is_kept(endpoint: Running, table: str) -> None:
    def rows(session: str) -> bytes:
        none = {"X-ClickHouse-Database": ""}
        return endpoint.http(f"SELECT count() FROM {table}", READER, none, session_id=session).body

    assert b"UNKNOWN_TABLE" in rows("of-none") or b"ACCESS_DENIED" in rows("of-none")
    assert endpoint.http("USE lab", READER, session_id="of-lab").body == b""
    assert rows("of-lab") == b"0\n"
    assert endpoint.http("USE nowhere", READER, session_id="of-lab").status != 200
    assert rows("of-lab") == b"0\n"


def test_what_is_refused_is_not_kept(endpoint: Running) -> None:
    assert endpoint.http("SET max_block_size = 5", session_id="bad").status == 200
    for sql in ("SET nonsense = 1", "SET user = 'x'", "SET max_block_size = 'x'"):
        reply = endpoint.http(sql, session_id="bad")
        assert reply.status != 200, sql
    assert setting(endpoint, "max_block_size", session_id="bad") == "5"


def test_a_reader_sets_what_it_may_send(endpoint: Running) -> None:
    for sql in ("SET readonly = 0", "SET allow_ddl = 1", "SET max_block_size = 1, allow_ddl = 1"):
        assert endpoint.http(sql, READER, session_id="r").code == "164", sql
    assert endpoint.http("SET ROLE ALL", READER, session_id="r").code == "48"
    assert endpoint.http("SET max_execution_time = 600", READER, session_id="r").status == 200
    assert setting(endpoint, "max_execution_time", READER, session_id="r") == "120"
    assert endpoint.http("DROP TABLE t", READER, session_id="r").code == "164"


@pytest.mark.parametrize(
    "sql", ["CREATE TEMPORARY TABLE t (n Int8)", "SET TRANSACTION SNAPSHOT 3", "SET max_threads 1"]
)
def test_what_a_session_can_not_keep_is_refused(endpoint: Running, sql: str) -> None:
    reply = endpoint.http(sql, session_id="s")
    assert (reply.status, reply.code) == (501, "48")
    assert b"a session keeps `SET name = literal` and USE" in reply.body


def test_a_session_ends(endpoint: Running) -> None:
    asked: dict[str, str | int] = {"session_id": "short", "session_check": 1}
    assert endpoint.http("SELECT 1", params=asked).code == NOT_FOUND
    endpoint.http(BLOCK, session_id="short", session_timeout=3600)
    assert endpoint.http(BLOCK, params=asked, session_timeout=0).status == 200
    ended = until(lambda: endpoint.http("SELECT 1", params=asked, session_timeout=0).code, "ended")
    assert ended == NOT_FOUND
    endpoint.http(BLOCK, session_id="short", close_session=1)
    assert endpoint.http("SELECT 1", params=asked).code == NOT_FOUND
    for wrong in (3601, "-1", "x"):
        reply = endpoint.http("SELECT 1", session_id="short", session_timeout=wrong)
        assert reply.code == WRONG_TIMEOUT


def test_a_session_serves_one_request_at_a_time(endpoint: Running) -> None:
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(endpoint.http, SLOW, WRITER, None, {"session_id": "l", "query_id": "l"})
        endpoint.await_begun(SLOW)
        assert endpoint.http("SELECT 1", session_id="l").code == LOCKED
        assert endpoint.http("SELECT 1", session_id="m").status == 200
        endpoint.http("KILL QUERY WHERE query_id = 'l'")
        assert first.result().status != 200
    assert endpoint.http("SELECT 1", session_id="l").status == 200


def test_sessions_take_no_more_than_their_room() -> None:
    sessions, user = Sessions(), User("a", "b", readonly=True)

    def put(name: str, sql: bytes) -> Session:
        with sessions.entered(user, {"session_id": name}) as session:
            session.parameters = session.after(sql, has_id=True) or session.parameters
            return session

    for number in range(2000):
        put(f"empty{number}", b"SELECT 1")
    for number in range(1000):
        put(f"full{number}", b"SET max_threads = 1")
    with pytest.raises(QueryError) as refused:
        put("one more", b"SET max_threads = 1")
    assert str(refused.value.code) == TOO_MANY
    assert put("one more", b"SELECT 1").parameters == {}
    assert put("full0", b"SELECT 1").parameters == {"max_threads": "1"}
    with pytest.raises(QueryError):
        put("full0", b"SET a = '" + b"x" * 20_000 + b"'")
