"""The beginning of data in an insert, and the clauses at a query's end."""

import pytest

from ioc.embedded.endpoint.statement import insert_head, tail


@pytest.mark.parametrize(
    ("text", "statement", "form", "data"),
    [
        ("INSERT INTO t FORMAT CSV\n1", "INSERT INTO t ", "CSV", "1"),
        ("insert into t format CSV 1", "insert into t ", "CSV", "1"),
        ("INSERT INTO t FORMAT CSV;\r\n\n1", "INSERT INTO t ", "CSV", "\n1"),
        (
            "INSERT INTO a.`format` (x, y) FORMAT TSV\n\t",
            "INSERT INTO a.`format` (x, y) ",
            "TSV",
            "\t",
        ),
        ("/* FORMAT X */ INSERT INTO t --FORMAT Y\n FORMAT Z\nq", None, "Z", "q"),
        ("INSERT INTO values VALUES (1)", "INSERT INTO values ", "Values", " (1)"),
        ("INSERT INTO d.values FORMAT CSV\n1", "INSERT INTO d.values ", "CSV", "1"),
        ("INSERT INTO t SETTINGS a = 'FORMAT' FORMAT CSV\n", None, "CSV", ""),
        ("INSERT INTO FUNCTION f('x', 'FORMAT Y') FORMAT CSV\n1", None, "CSV", "1"),
        ("INSERT INTO t FORMAT Native\n\n\x00", None, "Native", "\n\x00"),
    ],
)
def test_insert_heads(text: str, statement: str | None, form: str, data: str) -> None:
    head = insert_head(text.encode())
    assert head is not None
    assert head.format == form
    assert text.encode()[head.data_start :] == data.encode()
    assert statement is None or head.statement == statement


@pytest.mark.parametrize(
    "text",
    ["SELECT 1 FORMAT CSV", "INSERT INTO t SELECT 1 FORMAT CSV", "INSERT INTO t", "", "'INSERT"],
)
def test_no_data_follows(text: str) -> None:
    assert insert_head(text.encode()) is None


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT 1 FORMAT JSON", "JSON"),
        ("SELECT 1 format CSV;", "CSV"),
        ("SELECT 1 FORMAT CSV SETTINGS a = 1", "CSV"),
        ("SELECT 1 SETTINGS a = 1 FORMAT CSV -- FORMAT XML", "CSV"),
        ("SELECT format FROM t", None),
        ("SELECT 'FORMAT CSV'", None),
        ("SELECT (SELECT 1 FORMAT x)", None),
        ("SELECT 'unclosed FORMAT CSV", None),
    ],
)
def test_formats(text: str, form: str | None) -> None:
    assert tail(text.encode()).format == form
