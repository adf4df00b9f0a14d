"""Access to the page: by a password if one is set, and never by another site's scripts."""

import asyncio
import base64
import binascii
import hmac
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

COOKIE = "ioc_preview"
SOCKET = "/_nicegui_ws"
WRONG_PAUSE_S = 0.5


class Guard:
    """Wraps the application: HTTP basic auth (any user name), remembered in a cookie.

    Not every browser sends the password with a web socket, but all send the cookie. Pages of other
    origins are refused the socket, because browsers would open it with the user's own rights.
    """

    def __init__(self, app: Application, password: str) -> None:
        self._app = app
        self._password = password
        self._pass = secrets.token_urlsafe(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        if scope["path"].startswith(SOCKET) and _is_foreign(headers):
            await _refuse(scope, send, 403)
        elif not self._password or self._has_pass(headers):
            await self._app(scope, receive, send)
        elif self._knows_password(headers):
            await self._app(scope, receive, self._with_cookie(send))
        else:
            if "authorization" in headers:
                await asyncio.sleep(WRONG_PAUSE_S)
            await _refuse(scope, send, 401)

    def _has_pass(self, headers: dict[str, str]) -> bool:
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return False
        return found is not None and hmac.compare_digest(found.value.encode(), self._pass.encode())

    def _knows_password(self, headers: dict[str, str]) -> bool:
        scheme, _, given = headers.get("authorization", "").partition(" ")
        try:
            _, _, password = base64.b64decode(given).partition(b":")
        except (binascii.Error, ValueError):
            return False
        same = hmac.compare_digest(password, self._password.encode())
        return scheme.lower() == "basic" and same

    def _with_cookie(self, send: Send) -> Send:
        cookie = f"{COOKIE}={self._pass}; HttpOnly; SameSite=Strict; Path=/".encode()

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", ()), (b"set-cookie", cookie)]
                message = {**message, "headers": headers}
            await send(message)

        return send_with_cookie


def _is_foreign(headers: dict[str, str]) -> bool:
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


async def _refuse(scope: Scope, send: Send, status: int) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    ask = [(b"www-authenticate", b'Basic realm="IOC", charset="UTF-8"')] if status == 401 else []
    plain = (b"content-type", b"text/plain; charset=utf-8")
    await send({"type": "http.response.start", "status": status, "headers": [plain, *ask]})
    text = "Cần mật khẩu." if status == 401 else "Không được phép."
    await send({"type": "http.response.body", "body": text.encode()})
