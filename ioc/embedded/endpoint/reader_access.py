"""The names that a reader's statement may use: closed lists of reviewed entries.

Anything new in an engine is refused until it is listed here; a test compares the lists with the
engine's own.
"""

import re
from functools import cache
from importlib.resources import files

ROLE = "ioc_reader_role"
"""The role with which a reader's session continues, see `engine_config`."""

# Roots of the engine's syntax tree. KILL QUERY is handled earlier.
_STATEMENTS = """
    SelectWithUnionQuery Explain DescribeQuery UseQuery
    ExistsTableQuery ExistsViewQuery ExistsDatabaseQuery ExistsDictionaryQuery
    ShowTables ShowColumns ShowIndexes ShowFunctions ShowSetting ShowEngineQuery
    ShowCreateTableQuery ShowCreateViewQuery ShowCreateDatabaseQuery ShowCreateDictionaryQuery
"""
STATEMENTS = frozenset(_STATEMENTS.split())

TABLE_FUNCTIONS = frozenset({"generateRandom", "null", "numbers", "numbers_mt", "values", "view"})

# Views of the schema that take parameters, which are called like functions.
PARAMETRISED_VIEWS = frozenset({"figures", "figures_of"})

# Tables that clients read to describe databases and the server. The engine omits the rows that the
# reader's role may not see.
_SYSTEM_TABLES = """
    aggregate_function_combinators collations columns contributors current_roles
    data_skipping_indices data_type_families databases dictionaries enabled_roles formats functions
    keywords licenses numbers numbers_mt one projections settings table_engines
    table_functions tables time_zones
"""
SYSTEM_TABLES = frozenset(_SYSTEM_TABLES.split())

# Columns of these tables with paths of this machine, which a * would show.
PATHS = frozenset({"data_path", "data_paths", "metadata_path"})
WITH_PATHS = frozenset({"databases", "tables"})

# These use another server's protocol, or read a template from a file. All other formats only write
# a result, or read an external table.
REFUSED_FORMATS = frozenset({"MySQLWire", "PostgreSQLWire", "Template", "TemplateIgnoreSpaces"})

COMBINATORS = (
    *("SimpleState", "OrDefault", "Distinct", "Resample", "ForEach", "ArgMax", "ArgMin", "OrNull"),
    *("Tuple", "Merge", "State", "Array", "Null", "Map", "If"),
)
# The parser itself writes these into the tree.
_SYNTAX = frozenset({"lambda", "exists", "grouping"})


@cache
def functions() -> frozenset[str]:
    """The functions of `reader_functions.txt`, in lower case, since many are case-insensitive."""
    lines = files("ioc.embedded.endpoint").joinpath("reader_functions.txt").read_text().splitlines()
    return frozenset(line.lower() for line in lines if line and not line.startswith("#"))


def may_call(name: str) -> bool:
    """Whether a reader may call the function, or the aggregate that it is a variant of."""
    if name.lower() in functions() or name in TABLE_FUNCTIONS | PARAMETRISED_VIEWS | _SYNTAX:
        return True
    plain = next((name.removesuffix(end) for end in COMBINATORS if name.endswith(end)), "")
    return bool(plain) and may_call(plain)


_ROOT = re.compile(r"\w+")
_CALLED = re.compile(r"^\s*Function (\S+)", re.MULTILINE)
_SYSTEM = re.compile(r"^\s*(?:Table)?Identifier system\.(\w+)", re.MULTILINE)
_NAMED = re.compile(r"^\s*Identifier (\S+)", re.MULTILINE)
_ALL_COLUMNS = re.compile(r"^\s*(?:Qualified)?(?:Asterisk|Columns\w*Matcher)", re.MULTILINE)


def objection(tree: str) -> str | None:
    """A few words on what readers may not do in the engine's syntax tree; None if nothing."""
    root = _ROOT.match(tree)
    if root is None or root[0] not in STATEMENTS:
        return f"{root[0] if root else 'this'} is no statement of a reader's"
    for name in _CALLED.findall(tree):
        if not may_call(name):
            return f"function {name} is none that a reader may call"
    tables = set(_SYSTEM.findall(tree))
    if hidden := tables - SYSTEM_TABLES:
        return f"system.{min(hidden)} is not for readers"
    if tables & WITH_PATHS:
        if any(PATHS & set(name.split(".")) for name in _NAMED.findall(tree)):
            return "paths of this machine are not for readers"
        if _ALL_COLUMNS.search(tree):
            return (
                f"name the columns of system.{min(tables & WITH_PATHS)}: some are not for readers"
            )
    return None
