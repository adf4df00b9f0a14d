"""Variables, against the figures of Grafana's documentation and its own tests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.grafana.variables import ALL, Selection, interpolate


def server(*values: str, **more: object) -> dict[str, Selection]:
    selection = Selection("server", values, **more)  # type: ignore[arg-type] # as the tests name them
    return {"server": selection}


@pytest.mark.parametrize(
    ("form", "values", "written"),
    [
        ("glob", ("AA", "BB", "C.*"), "{AA,BB,C.*}"),
        ("glob", ("foo",), "foo"),
        ("raw", ("12", "13"), "12,13"),
        ("regex", ("test.",), "test\\."),
        ("regex", ("test.", "test2"), "(test\\.|test2)"),
        ("pipe", ("test", "test2"), "test|test2"),
        ("csv", ("test", "test2"), "test,test2"),
        ("json", ("test", "Hòa Bình"), '["test","Hòa Bình"]'),
        ("json", ("test",), "test"),
        ("percentencode", ("foo()bar BAZ", "test2"), "%7Bfoo%28%29bar%20BAZ%2Ctest2%7D"),
        ("singlequote", ("test",), "'test'"),
        ("singlequote", ("test", "test'2"), "'test','test\\'2'"),
        ("doublequote", ("test", 'test"2'), '"test","test\\"2"'),
        (
            "sqlstring",
            ("test", "test'value2", 'test"value3'),
            "'test','test''value2','test\\\"value3'",
        ),
        ("queryparam", ("helloAZ%=",), "var-server=helloAZ%25%3D"),
        ("queryparam", ("a", "b"), "var-server=a&var-server=b"),
        ("join", ("hello", "world"), "hello,world"),
        ("join: | ", ("hello", "world"), "hello | world"),
        ("date", ("1594671549254",), "2020-07-13T20:19:09.254Z"),
        ("date:iso", ("1594671549254",), "2020-07-13T20:19:09.254Z"),
        ("date:seconds", ("1594671549254",), "1594671549"),
        ("date:YYYY-MM", ("1594671549254",), "2020-07"),
        ("date:YYYY:MM:DD", ("1594671549254",), "2020:07:13"),
        ("date", ("x",), "NaN"),
        ("nosuchformat", ("a", "b"), "{a,b}"),
    ],
)
def test_formats(form: str, values: tuple[str, ...], written: str) -> None:
    assert interpolate(f"${{server:{form}}}", server(*values)) == written


def test_every_way_to_name_a_variable() -> None:
    chosen = server("web01")
    text = "a.$server.b ${server}x [[server]] [[server:singlequote]] ${server.x} $no ${no:csv}"
    assert interpolate(text, chosen) == ("a.web01.b web01x web01 'web01' web01 $no ${no:csv}")


def test_a_name_ends_at_the_first_letter_that_is_not_ascii() -> None:
    assert interpolate("$serverở Hòa Bình", server("web01")) == "web01ở Hòa Bình"


def test_text_shows_texts() -> None:
    assert interpolate("${server:text}", server("28", "29", texts=("Kỳ Sơn", "Đà Bắc"))) == (
        "Kỳ Sơn + Đà Bắc"
    )
    assert interpolate("${server:text}", server(ALL, options=("28", "29"))) == "All"


def test_all_is_every_option() -> None:
    chosen = server(ALL, options=("a", "b'c"))
    assert interpolate("${server:singlequote}", chosen) == "'a','b\\'c'"
    assert interpolate("${server:queryparam}", chosen) == "var-server=$__all"


def test_a_custom_all_value_goes_in_as_it_is() -> None:
    chosen = server(ALL, options=("a",), all_value=".*")
    assert interpolate("${server:regex}", chosen) == ".*"
    assert interpolate("${server:singlequote}", chosen) == ".*"
    assert interpolate("${server:text}", chosen) == "All"


def test_nothing_chosen_is_an_empty_list() -> None:
    assert interpolate("IN (${server:singlequote})", server()) == "IN ()"


def test_one_of_several_is_written_as_a_list() -> None:
    chosen = server("a", multi=True)
    assert interpolate("${server:json} ${server:singlequote} $server", chosen) == "[\"a\"] 'a' a"


@given(
    st.lists(st.text(st.characters(exclude_characters="\\", exclude_categories=["Cs"])), min_size=1)
)
def test_single_quotes_hold_whatever_has_no_backslash(values: list[str]) -> None:
    written = interpolate("${server:singlequote}", server(*values))
    assert read_back(written) == values


def read_back(written: str) -> list[str]:
    """The texts in ``'…','…'`` as ClickHouse reads them: a backslash guards the next sign."""
    texts, text, inside, signs = [], "", False, iter(written)
    for sign in signs:
        if inside and sign == "\\":
            text += next(signs)
        elif sign == "'":
            inside = not inside
            if not inside:
                texts.append(text)
                text = ""
        elif inside:
            text += sign
        else:
            assert sign == ","
    assert not inside
    return texts
