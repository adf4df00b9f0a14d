"""The password of the embedded ClickHouse's writer, where the settings name none.

The endpoint generates it and stores it in the data folder, readable only by the folder's owner.
Without it any program on this machine, run by anyone, could write as the sinks do.
"""

import os
import secrets
from pathlib import Path

from pydantic import SecretStr

from contracts.access.loopback import is_loopback
from contracts.settings import Settings

_FILE = "clickhouse-writer-password"


def writer_password(settings: Settings) -> SecretStr:
    """The writer's password: that of the settings, else the embedded endpoint's own, else none."""
    if settings.clickhouse_password.get_secret_value() or not _may_be_own(settings):
        return settings.clickhouse_password
    return SecretStr(own_password(settings.data_dir))


def reader_password_of_parts(settings: Settings) -> SecretStr:
    """The reader's password for the stack's own screens and commands.

    Other readers need none. The endpoint recognises the stack's own parts by this password, and
    never makes them wait for other readers.
    """
    if settings.clickhouse_reader_password.get_secret_value() or not _may_be_own(settings):
        return settings.clickhouse_reader_password
    return SecretStr(own_password(settings.data_dir))


def own_password(data_dir: Path) -> str:
    """The endpoint's own password in this folder; empty if it has not generated one."""
    try:
        return (data_dir / _FILE).read_text()
    except FileNotFoundError:
        return ""


def make_writer_password(settings: Settings) -> SecretStr:
    """Like ``writer_password``, but generates the endpoint's own password if it is missing."""
    file = settings.data_dir / _FILE
    if not writer_password(settings).get_secret_value() and _may_be_own(settings):
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(32))
        fresh.replace(file)
    return writer_password(settings)


def share_own_password(data_dir: Path, other: Path) -> None:
    """Link the writer's password of ``data_dir`` into the data folder ``other``."""
    link = other / _FILE
    link.unlink(missing_ok=True)
    link.symlink_to((data_dir / _FILE).absolute())


def _may_be_own(settings: Settings) -> bool:
    """Whether the endpoint is on this machine, so its password file can be read."""
    return is_loopback(settings.clickhouse_host) and not settings.clickhouse_secure
