"""ClickHouse clients by role: owner (makes tables), writer, and reader."""

import re
from collections.abc import Mapping
from typing import Any

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from pydantic import SecretStr

from contracts.access.clients import clickhouse_options
from contracts.access.writer_password import reader_password_of_parts, writer_password
from contracts.errors import UnavailableError
from contracts.settings import Settings

CONNECT_TIMEOUT_S = 3
ANSWER_TIMEOUT_S = 60
LONGEST_MESSAGE = 600
WRITING = {"insert_deduplicate": 0}
"""Every table tolerates a repeated row. Replicated tables would drop a repeated block, and also
keep it from the views behind the table, which may not have seen it."""
AUTH_FAILED = frozenset({192, 193, 194, 516})
"""ClickHouse's error codes for an unknown user or a wrong password."""
UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"
_ERRNO = re.compile(r"\[Errno -?\d+\] ([\w ]+)")


def writer(settings: Settings, *, answer_s: int = ANSWER_TIMEOUT_S) -> Client:
    """A client of the user that the sinks write as; its database need not exist yet.

    ``answer_s`` limits the time of an answer, in seconds. A client belongs to one thread. Raises
    UnavailableError.
    """
    user, password = settings.clickhouse_user, writer_password(settings)
    return _connect(settings, user, password, WRITING, send_receive_timeout=answer_s)


def owner(settings: Settings) -> Client:
    """As ``writer``, for the user that creates and alters tables."""
    if not settings.clickhouse_owner:
        return writer(settings)
    user, password = settings.clickhouse_owner, settings.clickhouse_owner_password
    return _connect(settings, user, password, WRITING)


def reader(
    settings: Settings, *, long_parameters: bool = False, answer_s: int = ANSWER_TIMEOUT_S
) -> Client:
    """As ``writer``, for the read-only user.

    With ``long_parameters``, queries send their parameters in the body, because a URL would be too
    long.
    """
    user, password = settings.clickhouse_reader, reader_password_of_parts(settings)
    return _connect(
        settings,
        user,
        password,
        {},
        form_encode_query_params=long_parameters,
        send_receive_timeout=answer_s,
    )


def address(settings: Settings) -> str:
    """Host and port of ClickHouse, for messages."""
    return f"{settings.clickhouse_host}:{settings.clickhouse_port}"


def _connect(
    settings: Settings, user: str, password: SecretStr, sent: Mapping[str, int], **more: Any
) -> Client:
    options: dict[str, Any] = {
        "settings": dict(sent),
        "send_receive_timeout": ANSWER_TIMEOUT_S,
        **more,
        **clickhouse_options(settings, user, password),
        "connect_timeout": CONNECT_TIMEOUT_S,
        "dedicated_pool": True,  # the shared one keeps 8 connections, the sink has 25 clients
        "autogenerate_session_id": False,
        "show_clickhouse_errors": True,
        "tz_mode": "aware",
    }
    try:
        client = clickhouse_connect.get_client(**options)
    except ClickHouseError as error:
        raise UnavailableError(_sentence(settings, user, error)) from None
    # Set only after the handshake: the writer's first statement may create the database.
    client.database = settings.clickhouse_database
    return client


def _sentence(settings: Settings, user: str, error: ClickHouseError) -> str:
    where = f"ClickHouse at {address(settings)}"
    if getattr(error, "code", None) in AUTH_FAILED:
        return (
            f"{where} does not let the user {user} in: set IOC_CLICKHOUSE_USER and "
            "IOC_CLICKHOUSE_PASSWORD (or IOC_CLICKHOUSE_OWNER…, _READER…) to what the server knows"
        )
    if UNTRUSTED in str(error):
        return (
            f"{where} shows a certificate that can't be trusted ({brief(error)}): set "
            "IOC_CLICKHOUSE_CA_FILE to the authority that signed it"
        )
    return (
        f"{where} does not answer as it should: start it, or set IOC_CLICKHOUSE_HOST and "
        f"IOC_CLICKHOUSE_PORT to where it runs ({brief(error)})"
    )


def brief(error: BaseException) -> str:
    """An error's text on one line of at most 600 characters; only the reason if it has an errno."""
    text = " ".join(str(error).split()) or type(error).__name__
    reason = _ERRNO.search(text)
    if reason:
        return reason[1]
    return text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]}…"
