"""Ports of the embedded stack."""

import random
import socket
from itertools import islice

from contracts.errors import UnavailableError

CONNECT_S = 0.5
DRAWN = range(10_000, 32_000)
"""Below the ports that systems use for outgoing connections, one of which could take a port away
before it is listened on.
"""
TRIES = 100


def require_free(host: str, port: int, purpose: str, setting: str) -> None:
    """Raise UnavailableError if something listens on the port already."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UnavailableError(
                f"port {port} on {host}, meant for {purpose}, can't be used "
                f"({error.strerror or error}); stop what uses it, or set {setting} to another port"
            ) from None


def answers(host: str, port: int) -> bool:
    """Whether something accepts a connection there."""
    try:
        with socket.create_connection((host, port), timeout=CONNECT_S):
            return True
    except OSError:
        return False


def free_port() -> int:
    """An unused port of 127.0.0.1. Raises UnavailableError."""
    return free_ports(1)[0]


def free_ports(count: int, among: range = DRAWN) -> list[int]:
    """That many different unused ports of 127.0.0.1. Raises UnavailableError."""
    drawn = random.Random().sample(among, min(len(among), TRIES + count))
    free = list(islice(filter(_is_free, drawn), count))
    if len(free) < count:
        raise UnavailableError(
            f"free ports of 127.0.0.1: {count} needed, {len(free)} found between {among.start} and "
            f"{among.stop - 1}; stop what uses the others"
        )
    return free


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def host_and_port(address: str) -> tuple[str, int]:
    """The parts of ``host:port``. Raises UnavailableError if it isn't that."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise UnavailableError(f"IOC_KAFKA_BOOTSTRAP: {address!r} is not of the form host:port")
    return host, int(port)
