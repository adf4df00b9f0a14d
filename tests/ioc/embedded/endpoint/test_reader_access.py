"""The lists of names for readers are complete: compared with the engine's own lists."""

import pytest
from clickhouse_connect.driver.client import Client

from ioc.embedded.endpoint import reader_access
from ioc.embedded.endpoint.reader_access import may_call
from tests.ioc.embedded.endpoint import reviewed
from tests.ioc.embedded.endpoint.running import READER, Running

REFUSED = ("164", "497")
UNREVIEWED = "look at it, and write it into the endpoint's reader_access.py, or reviewed.py here"


def names(client: Client, sql: str) -> set[str]:
    found = {str(name) for (name,) in client.query(sql).result_rows}
    assert len(found) > 10
    return found


def test_every_function_was_looked_at(client: Client) -> None:
    known = names(client, "SELECT name FROM system.functions")
    refused = set(reviewed.FUNCTIONS.split())
    allowed = {name for name in known if name.lower() in reader_access.functions()}
    assert known - allowed - refused == set(), UNREVIEWED
    assert refused - known == set(), "no longer there"
    assert reader_access.functions() - {name.lower() for name in known} == set(), "no longer there"
    assert [name for name in refused if may_call(name)] == []


def test_what_was_refused_is_refused(endpoint: Running) -> None:
    for name in reviewed.FUNCTIONS.split():
        for sql in (f"SELECT {name}()", f"WITH {name}('a') AS x SELECT x", f"DESCRIBE {name}(1)"):
            assert endpoint.http(sql, user=READER).code == "164", sql


def test_every_variant_of_an_aggregate_was_looked_at(client: Client) -> None:
    known = names(client, "SELECT name FROM system.aggregate_function_combinators")
    assert known == set(reader_access.COMBINATORS), UNREVIEWED
    assert may_call("sumIf")
    assert may_call("quantilesTDigestArrayIf")
    assert not may_call("flameGraphIf")


def test_every_table_function_was_looked_at(endpoint: Running, client: Client) -> None:
    known = names(client, "SELECT name FROM system.table_functions")
    refused = set(reviewed.TABLE_FUNCTIONS.split())
    assert known == refused | reader_access.TABLE_FUNCTIONS, UNREVIEWED
    # Two are scalar functions too, which may be called: the engine refuses them by the role, and
    # describes them without reading more than their arguments.
    for name in refused:
        for call in (f"{name}()", f"{name}('a', 'b')", f"{name}(TSV, '1')"):
            assert endpoint.http(f"SELECT * FROM {call}", user=READER).status != 200
            if not may_call(name):
                for sql in (f"SELECT * FROM {call}", f"DESCRIBE {call}"):
                    assert endpoint.http(sql, user=READER).code in ("164", "62"), sql


def test_every_system_table_was_looked_at(endpoint: Running, client: Client) -> None:
    known = names(client, "SELECT name FROM system.tables WHERE database = 'system'")
    refused = set(reviewed.SYSTEM_TABLES.split())
    assert known == refused | reader_access.SYSTEM_TABLES, UNREVIEWED
    for name in refused:
        assert endpoint.http(f"SELECT count() FROM system.{name}", user=READER).code == "164"
    for name in reader_access.SYSTEM_TABLES:
        sql = f"SELECT 1 FROM system.{name} LIMIT 1"
        assert endpoint.http(sql, user=READER).status == 200, name


def test_every_format_was_looked_at(endpoint: Running, client: Client) -> None:
    known = names(client, "SELECT name FROM system.formats WHERE is_output")
    assert known == set(reviewed.FORMATS.split()), UNREVIEWED
    read = names(client, "SELECT name FROM system.formats WHERE is_input AND NOT is_output")
    assert read == set(reviewed.INPUT_FORMATS.split()), UNREVIEWED
    assert known | read > reader_access.REFUSED_FORMATS
    for name in reader_access.REFUSED_FORMATS & known:
        assert endpoint.http(f"SELECT 1 FORMAT {name}", user=READER).code == "164"
        assert endpoint.http("SELECT 1", user=READER, default_format=name).code == "164"


def test_every_statement_was_looked_at(client: Client) -> None:
    """Roots of the syntax tree are a closed list of their own, which reveals new statements."""
    known = names(client, "SELECT name FROM system.statements WHERE parent_name = ''")
    assert known == set(reviewed.STATEMENTS), UNREVIEWED


@pytest.mark.parametrize(
    "name",
    ["data_path", "data_paths", "metadata_path", "path", "paths", "disk", "definer"],
)
def test_columns_with_paths_are_known(client: Client, name: str) -> None:
    tables = ", ".join(f"'{table}'" for table in reader_access.SYSTEM_TABLES)
    asked = f"SELECT table FROM system.columns WHERE database = 'system' AND table IN ({tables})"
    found = {table for (table,) in client.query(f"{asked} AND name = '{name}'").result_rows}
    if name in reader_access.PATHS:
        assert found <= reader_access.WITH_PATHS
        assert found
    elif name != "definer":
        assert found == set()


def test_a_reader_sees_its_own_databases(endpoint: Running, client: Client, table: str) -> None:
    client.command("CREATE DATABASE IF NOT EXISTS unseen")
    seen = endpoint.http("SHOW DATABASES", user=READER).body.split()
    assert set(seen) <= {b"lab", b"system", b"information_schema", b"INFORMATION_SCHEMA"}
    assert b"lab" in seen
    asked = "SELECT DISTINCT database FROM system.columns UNION DISTINCT SELECT database"
    listed = endpoint.http(f"{asked} FROM system.tables", user=READER).body.split()
    assert b"unseen" not in listed
    assert endpoint.http("USE lab", user=READER).status == 200
    assert endpoint.http("SELECT name FROM tables", user=READER, database="system").code in REFUSED
    columns = f"SELECT name FROM system.columns WHERE table = '{table}'"
    assert endpoint.http(columns, user=READER).body == b"n\ns\n"
