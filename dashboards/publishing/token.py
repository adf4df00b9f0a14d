"""The token of a service account, which no message ever repeats."""

import re
from pathlib import Path

from pydantic import SecretStr

from contracts.errors import SettingError

HIDDEN = "***"
_TOKEN = re.compile(r"[!-~]+")
"""Characters that a header can carry. The error of requests would repeat any other token."""


def token_of(given: str | None, file: Path | None, otherwise: SecretStr) -> SecretStr:
    """The given token, else the file's, else the setting's. Raises SettingError."""
    if given is not None:
        source, text = "--token", given
    elif file is not None:
        source, text = f"--token-file {file}", _read(file)
    else:
        source, text = "IOC_GRAFANA_TOKEN", otherwise.get_secret_value()
    token = text.strip()
    if not token:
        raise SettingError(
            f"{source}: there is no token; make a service account with the role Editor in Grafana "
            "and give its token by --token-file or IOC_GRAFANA_TOKEN"
        )
    if not _TOKEN.fullmatch(token):
        raise SettingError(f"{source}: is not a token: it has spaces or letters with accents")
    return SecretStr(token)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingError(f"--token-file {file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingError(f"--token-file {file}: is not text") from None


def without(token: SecretStr, text: str) -> str:
    """``text`` with the token hidden, because a proxy may return what it received."""
    return text.replace(token.get_secret_value(), HIDDEN)
