"""The address of a Grafana, split into the arguments of grafana-api."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from contracts.errors import SettingError


@dataclass(frozen=True)
class Address:
    """A Grafana's address. ``prefix`` is the path that it serves, ending with a slash, or empty."""

    protocol: str
    host: str
    port: int | None
    prefix: str

    def __str__(self) -> str:
        port = f":{self.port}" if self.port else ""
        return f"{self.protocol}://{self.host}{port}/{self.prefix}".rstrip("/")


def parse_address(url: str) -> Address:
    """Parse ``https://host:port/prefix``. Raises SettingError."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise SettingError(f"--url: is no address ({error}); give https://host:port") from None
    if parts.username is not None or parts.password is not None:
        # Not repeated: it holds a password.
        raise SettingError("--url: give the address without a user; the token lets in")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingError(f"--url {url}: give the whole address, such as https://host:3000")
    if parts.query or parts.fragment:
        raise SettingError(f"--url {url}: give the address of Grafana itself, without ? and #")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    path = parts.path.strip("/")
    return Address(parts.scheme, host, port, f"{path}/" if path else "")
