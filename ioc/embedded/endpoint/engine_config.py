"""What the engine is told beside its data folder: how much memory it has, and what to do at rest.

It is a server's engine, whose defaults are for a server's load. Here a handful of rows comes each
second, and each second on its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

from ioc.embedded.endpoint.reader_access import ROLE

OWN_MB = 450
"""What the process takes beside what the engine counts: the library's code, Python, and pages that
the engine has let go of but the allocator holds back for the next query."""

MERGES = {
    # To the engine all parts of a few MB are alike: with each insert it would write a table of a
    # day's rows anew, for the sake of the ten that came. That was half of all CPU at rest.
    "min_parts_to_merge_at_once": "16",
    "merge_selector_enable_heuristic_to_remove_small_parts_at_right": "0",
    # Statistics of each column of each part, for choosing between joins. There are none to choose
    # between, and an insert of ten rows takes twice as long with them.
    "auto_statistics_types": "",
}
CACHES = {
    "mark_cache_size": "33554432",
    "index_mark_cache_size": "8388608",
    "query_condition_cache_size": "8388608",
}
"""Bytes. A server's defaults add up to more than all the memory here."""


@contextmanager
def config_file(memory_mb: int, readable: Sequence[str]) -> Iterator[Path]:
    """A configuration that keeps the process within ``memory_mb``, and readers within the databases
    ``readable`` (names, or beginnings of names with a *); gone afterwards.

    A statement for which the memory is not enough fails with MEMORY_LIMIT_EXCEEDED.
    """
    with TemporaryDirectory(prefix="ioc-engine-") as folder:
        users, config = Path(folder) / "users.xml", Path(folder) / "config.xml"
        users.write_text(_users(readable), encoding="utf-8")
        config.write_text(_xml(memory_mb, users), encoding="utf-8")
        yield config


def engine_bytes(memory_mb: int) -> int:
    """What the engine may count for itself where the process has ``memory_mb``."""
    return max(1, memory_mb - OWN_MB) << 20


def _xml(memory_mb: int, users: Path) -> str:
    server = {
        **CACHES,
        "max_server_memory_usage": str(engine_bytes(memory_mb)),
        "users_config": str(users),
    }
    return (
        f"<clickhouse>{_elements(server)}<merge_tree>{_elements(MERGES)}</merge_tree></clickhouse>"
    )


def _users(readable: Sequence[str]) -> str:
    """The engine knows one user. It has all rights by a role, which a reader's session gives up for
    another that has those of a server's reader (``deploy/clickhouse/users.d``)."""
    grants = [f"GRANT SELECT, SHOW ON {name}.*" for name in readable]
    tables = [f"GRANT SELECT ON system.{name}" for name in ("numbers", "numbers_mt")]
    return (
        "<clickhouse><profiles><default/></profiles><quotas><default/></quotas><roles>"
        f"<ioc_all>{_grants(['GRANT ALL ON *.* WITH GRANT OPTION'])}</ioc_all>"
        f"<{ROLE}>{_grants([*grants, *tables])}</{ROLE}></roles><users><default><password/>"
        "<networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota>"
        f"{_grants(['GRANT ioc_all', f'GRANT {ROLE}'])}</default></users></clickhouse>"
    )


def _grants(grants: Sequence[str]) -> str:
    return f"<grants>{''.join(f'<query>{escape(grant)}</query>' for grant in grants)}</grants>"


def _elements(settings: Mapping[str, str]) -> str:
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in settings.items())
