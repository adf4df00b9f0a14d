"""The token of a service account, which no message ever repeats."""

import re
from pathlib import Path

from pydantic import SecretStr

from contracts.errors import SettingError

HIDDEN = "***"
_TOKEN = re.compile(r"[!-~]+")
"""What a header can carry: where something else gets in, requests repeats it in its complaint."""


def token_of(given: str | None, file: Path | None, otherwise: SecretStr) -> SecretStr:
    """What was given, else what the file holds, else the setting's. Raises SettingError."""
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
    """``text`` with the token hidden: a proxy may send back what it was sent."""
    return text.replace(token.get_secret_value(), HIDDEN)
