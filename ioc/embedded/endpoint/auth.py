"""Authentication: basic auth, X-ClickHouse headers or URL parameters, as on a server.

A page of another site, open in a browser on this machine, can send requests here too. Its browser
marks them with headers that a page can't change; other clients never send those headers.
"""

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from contracts.access.loopback import is_loopback
from ioc.embedded.endpoint.config import User
from ioc.embedded.endpoint.errors import QueryError
from ioc.embedded.endpoint.status import ACCESS_DENIED, AUTHENTICATION_FAILED

DEFAULT_USER = "default"
_NOBODY = User("nobody", "\0", readonly=True)


class Accounts:
    """The users of the endpoint."""

    def __init__(self, users: Iterable[User]) -> None:
        self._users: dict[str, list[User]] = {}
        for user in users:
            self._users.setdefault(user.name, []).append(user)

    def authenticate(self, headers: Mapping[str, str], url: Mapping[str, str]) -> User:
        """The user whose name and password the request carries.

        Raises AUTHENTICATION_FAILED. Raises ACCESS_DENIED for a request from a page of another
        site, and for a user without a password who addresses this machine by another name.
        """
        _refuse_other_sites(headers)
        name, password = _credentials(headers, url)
        # Compared even for an unknown name, so that the response time reveals nothing.
        for user in self._users.get(name, [_NOBODY]):
            same = hmac.compare_digest(user.password.encode(), password.encode())
            if same and user is not _NOBODY:
                if not user.password:
                    _refuse_other_names(headers)
                return user
        raise _failure(name)


def _refuse_other_sites(headers: Mapping[str, str]) -> None:
    origin = headers.get("Origin")
    foreign = (
        origin is not None and urlsplit(origin).netloc.lower() != headers.get("Host", "").lower()
    )
    if foreign or headers.get("Sec-Fetch-Site") == "cross-site":
        raise _denied("the request comes from a page of another site.")


def _refuse_other_names(headers: Mapping[str, str]) -> None:
    """Refuse foreign host names for users without a password.

    To a browser, a site whose name resolves to this machine is not another site. Users without a
    password are on this machine, and address it by its own name.
    """
    host = urlsplit(f"//{headers.get('Host', 'localhost')}").hostname or ""
    if not is_loopback(host):
        raise _denied(f"{host!r} is not a name of this machine; a user with a password may use it.")


def _denied(reason: str) -> QueryError:
    return QueryError(ACCESS_DENIED, "ACCESS_DENIED", f"Refused: {reason}")


def _credentials(headers: Mapping[str, str], url: Mapping[str, str]) -> tuple[str, str]:
    header = headers.get("Authorization", "")
    if header:
        return _basic(header)
    if "X-ClickHouse-User" in headers:
        return headers["X-ClickHouse-User"], headers.get("X-ClickHouse-Key", "")
    return url.get("user", DEFAULT_USER), url.get("password", "")


def _basic(header: str) -> tuple[str, str]:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "basic":
        raise _failure(scheme)
    try:
        name, _, password = base64.b64decode(token, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise _failure(DEFAULT_USER) from None
    return name or DEFAULT_USER, password


def _failure(name: str) -> QueryError:
    message = (
        f"{name}: Authentication failed: password is incorrect, or there is no user with such name."
    )
    return QueryError(AUTHENTICATION_FAILED, "AUTHENTICATION_FAILED", message)
