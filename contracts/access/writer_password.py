"""The password of the embedded ClickHouse's writer, where the settings name none.

The endpoint makes it up and keeps it in the data folder, for the user whose folder that is: without
it any program of this machine, whoever's, could write as the sinks do.
"""

import os
import secrets
from pathlib import Path

from pydantic import SecretStr

from contracts.access.loopback import is_loopback
from contracts.settings import Settings

_FILE = "clickhouse-writer-password"


def writer_password(settings: Settings) -> SecretStr:
    """What the writer proves itself by: the password of the settings, else the embedded endpoint's
    own, else none."""
    if settings.clickhouse_password.get_secret_value() or not _may_be_own(settings):
        return settings.clickhouse_password
    return SecretStr(own_password(settings.data_dir))


def reader_password_of_parts(settings: Settings) -> SecretStr:
    """What the stack's own screens and commands read with: by the endpoint's own password it knows
    them from others, who need none, and does not let them wait for these."""
    if settings.clickhouse_reader_password.get_secret_value() or not _may_be_own(settings):
        return settings.clickhouse_reader_password
    return SecretStr(own_password(settings.data_dir))


def own_password(data_dir: Path) -> str:
    """The endpoint's own over this folder; empty where it has not made one."""
    try:
        return (data_dir / _FILE).read_text()
    except FileNotFoundError:
        return ""


def make_writer_password(settings: Settings) -> SecretStr:
    """As ``writer_password``, but the endpoint's own is made where it is not there yet."""
    file = settings.data_dir / _FILE
    if not writer_password(settings).get_secret_value() and _may_be_own(settings):
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        made = file.with_suffix(".new")
        made.unlink(missing_ok=True)
        with os.fdopen(os.open(made, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(32))
        made.replace(file)
    return writer_password(settings)


def share_own_password(data_dir: Path, other: Path) -> None:
    """Let those who work over the folder ``other`` write to the endpoint over ``data_dir``."""
    link = other / _FILE
    link.unlink(missing_ok=True)
    link.symlink_to((data_dir / _FILE).absolute())


def _may_be_own(settings: Settings) -> bool:
    """Others than this machine's could not know it."""
    return is_loopback(settings.clickhouse_host) and not settings.clickhouse_secure
