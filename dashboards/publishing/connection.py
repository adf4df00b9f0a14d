"""Calls of grafana-api. Replies and errors that it handles badly become results or sentences."""

import time
from collections.abc import Callable
from typing import Any

from grafana_api.grafana_api import GrafanaClientError, GrafanaException
from grafana_api.grafana_face import GrafanaFace
from pydantic import SecretStr
from requests import exceptions  # grafana-api lets them through

from dashboards.publishing.address import Address
from dashboards.publishing.errors import GrafanaError
from dashboards.publishing.token import without

Json = dict[str, Any]
Reply = Json | None

PAUSES_S = (0.5, 1.0)
"""The pauses before the second attempt and the third, which is the last."""
PASSING = frozenset({429, 500, 502, 503, 504})
UNAUTHORIZED, FORBIDDEN, NOT_FOUND = 401, 403, 404
LONGEST = 300


class Grafana:
    """One Grafana. ``verify`` is a file with the CA of its certificate, or True for the usual CAs.

    ``timeout_s`` is the longest time to wait for a reply.
    """

    def __init__(
        self,
        address: Address,
        token: SecretStr,
        timeout_s: float,
        verify: str | bool = True,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.address = address
        self._token = token
        self._timeout_s = timeout_s
        self._sleep = sleep
        self.face = GrafanaFace(
            auth=token.get_secret_value(),
            protocol=address.protocol,
            host=address.host,
            port=address.port,
            url_path_prefix=address.prefix,
            verify=verify,
            timeout=timeout_s,
        )
        # requests would turn a redirected POST into a GET, which succeeds and writes nothing.
        self.face.api.s.max_redirects = 0

    def ask(self, what: str, call: Callable[[], Any], *, repeatable: bool = True) -> Reply:
        """The call's reply, an object; None for one without a body. See ``ask_list``."""
        reply: Reply = self._repeated(what, call, dict, repeatable=repeatable)
        return reply

    def ask_list(self, what: str, call: Callable[[], Any]) -> list[Json]:
        """The reply of a call that returns a list. Raises GrafanaError."""
        reply: list[Json] | None = self._repeated(what, call, list, repeatable=True)
        return reply or []

    def _repeated(self, what: str, call: Callable[[], Any], kind: type, *, repeatable: bool) -> Any:
        """The reply, which must be of that kind.

        Up to three attempts are made if failures are temporary and the call is ``repeatable``: a
        repeated call must have no further effect. ``what`` completes "it failed to …".

        Raises GrafanaError.
        """
        for pause_s in (*PAUSES_S, None):
            try:
                return self._once(what, call, kind)
            except GrafanaError as error:
                is_passing = error.status in PASSING or isinstance(error, _NoReplyError)
                if pause_s is None or not repeatable or not is_passing:
                    raise
                self._sleep(pause_s)
        raise AssertionError("the last attempt returns or raises")

    def _once(self, what: str, call: Callable[[], Any], kind: type) -> Any:
        try:
            reply = call()
        except GrafanaException as error:
            raise self._refused(what, error) from None
        except exceptions.JSONDecodeError as error:
            if not error.doc:  # a 204: grafana-api parses the missing body
                return None
            raise self._stranger() from None
        except exceptions.RequestException as error:
            raise self._no_reply(error) from None
        except TypeError:
            # grafana-api looks for a message in any JSON of a failure, even in a number.
            raise self._stranger() from None
        if not isinstance(reply, kind):
            raise self._stranger()
        return reply

    def _refused(self, what: str, error: GrafanaException) -> GrafanaError:
        status, said = error.status_code, self._said(error)
        if status == UNAUTHORIZED:
            return GrafanaError(
                f"Grafana at {self.address} does not know this token (401): make one for a service "
                "account with the role Editor",
                status,
                is_general=True,
            )
        if status == FORBIDDEN:
            return GrafanaError(
                f"Grafana at {self.address} does not let this token {what} (403): its service "
                f"account needs the role Editor{said}",
                status,
            )
        kind = "refused" if isinstance(error, GrafanaClientError) else "failed"
        return GrafanaError(f"Grafana at {self.address} {kind} to {what} ({status}){said}", status)

    def _said(self, error: GrafanaException) -> str:
        """The reply's message and Grafana's status word, on one line."""
        reply = error.response
        if not isinstance(reply, dict):
            return ""
        words = " ".join(str(reply.get("message", "")).split())[:LONGEST]
        status = str(reply.get("status", ""))
        both = ", ".join(one for one in (words, status) if one)
        return without(self._token, f": {both}" if both else "")

    def _stranger(self) -> GrafanaError:
        return GrafanaError(
            f"what answers at {self.address} is not Grafana's API: give the address of Grafana "
            "itself, with the path that it is served below",
            is_general=True,
        )

    def _no_reply(self, error: exceptions.RequestException) -> GrafanaError:
        where = f"Grafana at {self.address}"
        if isinstance(error, exceptions.SSLError):
            return GrafanaError(
                f"no secure connection to {where}: {_tls_reason(error)}; give the file of the CA "
                "that signed its certificate by --ca",
                is_general=True,
            )
        if isinstance(error, exceptions.TooManyRedirects):
            target = "" if error.response is None else error.response.headers.get("Location", "")
            return GrafanaError(
                f"{where} sends on to {target or 'another address'}: give the address that it is "
                "served at",
                is_general=True,
            )
        if isinstance(error, exceptions.Timeout):
            return _NoReplyError(
                f"{where} did not answer within {self._timeout_s:g} s; --timeout gives it longer"
            )
        return _NoReplyError(f"{where} does not answer ({_reason(error)})")


class _NoReplyError(GrafanaError):
    """There was no reply, so the call may or may not have succeeded."""

    def __init__(self, sentence: str):
        super().__init__(sentence, is_general=True)


def _tls_reason(error: Exception) -> str:
    """OpenSSL's own message, without the layers around it."""
    text = str(error)
    _, _, inner = text.rpartition("] ")
    return (inner or text).split(" (_ssl", 1)[0].strip(" ')\"")[:LONGEST] or "TLS failed"


def _reason(error: Exception) -> str:
    """The operating system's message, which ends that of requests."""
    text = str(error)
    _, found, inner = text.rpartition("] ")
    return (inner if found else type(error).__name__).strip(" ')\"")[:LONGEST]
