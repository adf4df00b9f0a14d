"""Who asks: basic auth, X-ClickHouse headers or URL parameters, as a server takes them."""

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping

from ioc.endpoint.config import User
from ioc.endpoint.errors import QueryError
from ioc.endpoint.status import AUTHENTICATION_FAILED

DEFAULT_USER = "default"


class Accounts:
    """The users of the endpoint."""

    def __init__(self, users: Iterable[User]) -> None:
        self._users = {user.name: user for user in users}

    def authenticate(self, headers: Mapping[str, str], url: Mapping[str, str]) -> User:
        """The user whose name and password came along. Raises AUTHENTICATION_FAILED."""
        name, password = _credentials(headers, url)
        user = self._users.get(name)
        # Compared even for an unknown name, so that the time taken tells nothing.
        known = user.password if user else "\0"
        if hmac.compare_digest(known.encode(), password.encode()) and user:
            return user
        raise _failure(name)


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
