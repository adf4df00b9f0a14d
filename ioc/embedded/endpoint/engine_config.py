"""The engine's configuration: its memory, its users, and its work at rest.

The engine's defaults suit the load of a server. Here a few rows arrive in every second.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

from ioc.embedded.endpoint.reader_access import ROLE

OWN_MB = 450
"""Memory that the process takes beside what the engine counts: the library's code, Python, and
pages that the engine has freed but the allocator keeps for the next query.
"""

MERGES = {
    # The engine treats all parts of a few MB alike, so it would merge ten new rows with those of a
    # whole day at each insert. That was half of all CPU at rest.
    "min_parts_to_merge_at_once": "16",
    "merge_selector_enable_heuristic_to_remove_small_parts_at_right": "0",
    # Statistics of columns help to choose between joins, which is of no use here, and they double
    # the time of an insert of ten rows.
    "auto_statistics_types": "",
}
CACHES = {
    "mark_cache_size": "33554432",
    "index_mark_cache_size": "8388608",
    "query_condition_cache_size": "8388608",
}
"""Bytes. A server's defaults add up to more than the memory here."""


@contextmanager
def config_file(memory_mb: int, readable: Sequence[str]) -> Iterator[Path]:
    """A configuration that limits the process to ``memory_mb``, and readers to ``readable``.

    ``readable`` are names of databases, or prefixes with a *. The file is deleted at the end of the
    context. A statement that needs more memory fails with MEMORY_LIMIT_EXCEEDED.
    """
    with TemporaryDirectory(prefix="ioc-engine-") as folder:
        users, config = Path(folder) / "users.xml", Path(folder) / "config.xml"
        users.write_text(_users(readable), encoding="utf-8")
        config.write_text(_xml(memory_mb, users), encoding="utf-8")
        yield config


def engine_bytes(memory_mb: int) -> int:
    """The engine's own memory limit in a process that has ``memory_mb``."""
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
    """The XML of the one user that the engine knows.

    It has all rights by a role; a reader's session exchanges that role for one with the rights of a
    server's reader (``deploy/clickhouse/users.d``).
    """
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
