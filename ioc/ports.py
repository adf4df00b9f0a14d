"""Ports of the embedded stack."""

import socket

from contracts.errors import UnavailableError

CONNECT_S = 0.5


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
    """Does something accept a connection there?"""
    try:
        with socket.create_connection((host, port), timeout=CONNECT_S):
            return True
    except OSError:
        return False


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def host_and_port(address: str) -> tuple[str, int]:
    """The parts of ``host:port``. Raises UnavailableError if it isn't that."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise UnavailableError(f"IOC_KAFKA_BOOTSTRAP: {address!r} is not of the form host:port")
    return host, int(port)
