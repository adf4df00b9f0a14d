"""A reader reads, and nothing else, whatever is tried."""

from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client

from tests.ioc.embedded.endpoint.running import READER, Reply, Running

REFUSED = ("164", "497")
"""In readonly mode, and by the rights of the reader's role."""

ATTACKS = [
    "DROP TABLE {t}",
    "/* SELECT */ DROP TABLE {t}",
    "-- SELECT\nTRUNCATE TABLE {t}",
    "INSERT INTO {t} VALUES (2, '')",
    "INSERT INTO {t} FORMAT CSV\n2,x\n",
    "INSERT INTO {t} SELECT 1, ''",
    "ALTER TABLE {t} DELETE WHERE 1",
    "OPTIMIZE TABLE {t}",
    "RENAME TABLE {t} TO u",
    "CREATE TABLE z (a Int8) ENGINE = Memory",
    "CREATE TEMPORARY TABLE z (a Int8)",
    "CREATE FUNCTION zz AS (x) -> x",
    "SET readonly = 0",
    "SELECT 1 SETTINGS readonly = 0",
    "SELECT 1 SETTINGS max_execution_time = 0",
    "SYSTEM FLUSH LOGS",
    "KILL QUERY WHERE 1",
    "SET ROLE ioc_all",
    "SET ROLE ALL",
    "SET DEFAULT ROLE ioc_all TO default",
    "EXECUTE AS default SELECT 1",
    "SHOW PROCESSLIST",
    "SHOW ACCESS",
    "SHOW GRANTS",
    "CHECK TABLE {t}",
    "SELECT query FROM system.processes",
    "SELECT 1 IN system.processes",
    "SELECT `system`.`errors`.* FROM `system`.`errors`",
    "SELECT * FROM system.query_log",
    "SELECT path FROM system.disks",
    "SELECT (SELECT any(trace) FROM system.stack_trace)",
    "SELECT data_paths FROM system.tables",
    "SELECT metadata_path AS p FROM system.databases",
    "SELECT * FROM system.tables",
    "SELECT data_paths.size0 FROM system.tables",
    "SELECT t.* FROM system.tables AS t",
    "SELECT COLUMNS('data') FROM system.tables",
    "SELECT tuple(*) FROM (SELECT 1, * FROM system.databases)",
    "WITH x AS (SELECT data_path FROM system.databases) SELECT * FROM x",
    "SELECT * FROM merge('system', 'processes')",
    "SELECT * FROM loop(system.processes)",
    "SELECT * FROM mergeTreeIndex(currentDatabase(), {t})",
    "SELECT * FROM viewExplain('EXPLAIN', '', (SELECT 1))",
    "SELECT hasColumnInTable('system', 'processes', 'query')",
    "SELECT dictGet('x', 'y', 1)",
    "SELECT * FROM dictionary('x')",
    "SELECT joinGet('x', 'y', 1)",
    "SELECT getServerSetting('path')",
    "SELECT logTrace('x')",
    "SELECT aiGenerate('x', 'y')",
    "SELECT flameGraphIf(1, 1)",
    "SELECT showCertificate()",
    "SELECT * FROM {hidden}",
    "DESCRIBE {hidden}",
    "EXISTS TABLE {hidden}",
    "SHOW CREATE TABLE {hidden}",
    "EXISTS TABLE default.`/etc/passwd`",
    "EXISTS TABLE `default`.`/no/such/file`",
    "DESCRIBE TABLE default.`/etc/passwd`",
    "SELECT * FROM default.`/etc/passwd`",
    "BACKUP TABLE {t} TO File('/tmp/b')",
    "INSERT INTO FUNCTION file('{out}', 'CSV', 'a Int8') SELECT 1",
    "INSERT INTO FUNCTION file('{out}', 'CSV', 'a Int8') FORMAT CSV\n1\n",
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "SELECT file('/etc/passwd')",
    "SELECT `f\\x69le`('/etc/passwd')",
    "SELECT arrayMap(x -> file(x), ['/etc/passwd'])",
    "EXPLAIN QUERY TREE SELECT file('/etc/passwd')",
    "SELECT * FROM eval('SELECT file(''/etc/passwd'')')",
    "SELECT * FROM viewIfPermitted(SELECT file('/etc/passwd') ELSE null('a String'))",
    "DESCRIBE file('/etc/passwd')",
    "DESCRIBE TABLE url('http://127.0.0.1:9/x.csv')",
    "SELECT * FROM url('http://127.0.0.1:9/x', 'CSV', 'a Int8')",
    "SELECT * FROM s3('http://127.0.0.1:9/bucket/k', 'CSV', 'a Int8')",
    "SELECT * FROM remote('127.0.0.1:9', 'system.one')",
    "SELECT * FROM executable('id', 'TSV', 'a String')",
    "SELECT * FROM sqlite('/tmp/x', 't')",
    "SELECT * FROM Python(os)",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_refused(
    endpoint: Running, client: Client, table: str, tmp_path: Path, attack: str
) -> None:
    client.command(f"INSERT INTO {table} VALUES (1, 'a')")
    out = tmp_path / "out"
    hidden = "hidden.t"
    client.command("CREATE DATABASE IF NOT EXISTS hidden")
    client.command(f"CREATE TABLE IF NOT EXISTS {hidden} (n Int8) ENGINE = Memory")
    for place, name in (("{t}", table), ("{out}", str(out)), ("{hidden}", hidden)):
        attack = attack.replace(place, name)
    reply = endpoint.http(attack, user=READER)
    assert reply.code in REFUSED, reply.body
    assert not out.exists()
    assert client.query(f"SELECT * FROM {table}").result_rows == [(1, "a")]


@pytest.mark.parametrize(
    "attack",
    [
        "SELECT 1; DROP TABLE {t}",
        "SELECT 1 /* ; */ ; -- \nDROP TABLE {t}",
        "SET readonly = 0; DROP TABLE {t}",
    ],
)
def test_one_statement_at_a_time(endpoint: Running, table: str, attack: str) -> None:
    assert endpoint.http(attack.replace("{t}", table), user=READER).code == "62"
    assert endpoint.http(f"EXISTS TABLE {table}").body == b"1\n"


@pytest.mark.parametrize(
    "attack",
    [
        "SELECT 1 INTO OUTFILE '{out}'",
        "SELECT 1 into/**/outfile '{out}' TRUNCATE FORMAT CSV",
        "(SELECT 1) UNION ALL SELECT 2 INTO -- x\nOUTFILE '{out}' AND STDOUT",
        "SHOW TABLES INTO OUTFILE '{out}'",
        "EXPLAIN SELECT 1 INTO OUTFILE '{out}'",
    ],
)
def test_no_file_is_written(endpoint: Running, tmp_path: Path, attack: str) -> None:
    out = tmp_path / "out"
    assert endpoint.http(attack.replace("{out}", str(out)), user=READER).code == "358"
    assert not out.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("readonly", 0),
        ("dialect", "prql"),
        ("allow_introspection_functions", 1),
        ("allow_ddl", 1),
        ("output_format_schema", "/tmp/x"),
    ],
)
def test_settings_that_a_reader_may_not_change(
    endpoint: Running, name: str, value: str | int
) -> None:
    assert endpoint.http("SELECT 1", user=READER, params={name: value}).code == "164"


@pytest.mark.parametrize(
    "structure",
    [
        "a String) AS SELECT file('{victim}') --",
        "a String DEFAULT file('{victim}'), b Int8",
        "a String DEFAULT file('{out}')",
        "a String ALIAS file('{victim}'), b Int8",
        "a String DEFAULT (SELECT 1), b Int8",
        "a Int8 COMMENT 'x'",
        "a Int8) ENGINE = File(CSV, '{out}') --",
        "a Int8) ENGINE = File(CSV, '{out}') SETTINGS (",
        "a Int8) AS system.one --",
        "a Int8); SELECT (1",
    ],
)
def test_a_table_sent_along_has_columns_and_no_more(
    endpoint: Running, tmp_path: Path, structure: str
) -> None:
    """Its structure is text of the client, and the table is made before the session is locked."""
    victim, out = tmp_path / "victim", tmp_path / "out"
    victim.write_text("secret")
    asked = structure.replace("{victim}", str(victim)).replace("{out}", str(out))
    reply = send_table(endpoint, asked)
    assert reply.code is not None
    assert b"secret" not in reply.body
    assert b"No such file" not in reply.body
    assert not out.exists()


def test_the_format_of_a_table_sent_along_is_a_name(endpoint: Running) -> None:
    assert send_table(endpoint, "a String", "TSV SETTINGS max_threads = 1").code == "36"
    assert send_table(endpoint, "a String", "Template").code == "164"
    assert send_table(endpoint, "`a b` Tuple(x String, y Array(Int8))").status == 200


def send_table(endpoint: Running, structure: str, data_format: str = "TSV") -> Reply:
    """Ask for the rows of an empty table `t` that comes along as a form."""
    edge = "edge-of-the-form"
    part = 'Content-Disposition: form-data; name="t"; filename="t"'
    return endpoint.http(
        f"--{edge}\r\n{part}\r\n\r\n\r\n--{edge}--\r\n",
        user=READER,
        headers={"Content-Type": f"multipart/form-data; boundary={edge}"},
        query="SELECT * FROM t",
        t_structure=structure,
        t_format=data_format,
    )


def test_limits_are_lowered_but_never_raised(endpoint: Running) -> None:
    asked = "SELECT getSetting('max_execution_time'), getSetting('max_memory_usage')"
    for given, expected in (
        ({}, 60),
        ({"max_execution_time": 5}, 5),
        ({"max_execution_time": 0}, 60),
    ):
        reply = endpoint.http(asked, user=READER, params=given)
        assert reply.body == b"%d\t%d\n" % (expected, 2_000_000_000)
    assert endpoint.http(asked, user=READER, max_execution_time=600).body.startswith(b"120\t")
    rows = endpoint.http("SELECT * FROM numbers(11)", user=READER, max_result_rows=10)
    assert rows.code == "396"


def test_what_a_reader_may(reader: Client, table: str) -> None:
    assert reader.query(f"SELECT count() FROM {table}").first_row == (0,)
    assert reader.query("WITH x AS (SELECT 1 AS a) SELECT a FROM x").first_row == (1,)
    assert (table,) in reader.query("SHOW TABLES").result_rows
    assert reader.query(f"DESCRIBE TABLE {table}").result_rows[0][:2] == ("n", "UInt32")
    assert reader.query("SELECT {d:String}", parameters={"d": "148"}).first_row == ("148",)
    assert reader.query("SELECT sum(number) FROM numbers(10)").first_row == (45,)


@pytest.mark.parametrize(
    ("sql", "limit", "error"),
    [
        ("SELECT sum(number) FROM numbers(3000000000)", {}, "TOO_MANY_ROWS"),
        (
            "SELECT groupArray(number) FROM numbers(400000000)",
            {"max_memory_usage": 100_000_000},
            "MEMORY_LIMIT_EXCEEDED",
        ),
        ("SELECT sleepEachRow(0.5) FROM numbers(5)", {"max_execution_time": 1}, "TIMEOUT_EXCEEDED"),
    ],
)
def test_a_reader_meets_limits_of_rows_memory_and_time(
    endpoint: Running, sql: str, limit: dict[str, int], error: str
) -> None:
    """Memory and seconds are less than a reader's most, or the test would take long."""
    answer = endpoint.http(sql, user=READER, params=limit)
    assert error.encode() in answer.body
