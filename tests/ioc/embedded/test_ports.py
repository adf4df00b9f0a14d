"""Ports that are drawn for the parts of a stack."""

import socket
from pathlib import Path

import pytest

from contracts.errors import UnavailableError
from ioc.embedded.ports import free_ports, require_free

RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_drawn_ports_are_free_and_all_different() -> None:
    ports = free_ports(50)
    assert len(set(ports)) == 50
    for port in ports:
        require_free("127.0.0.1", port, "a test", "IOC_X_PORT")


@pytest.mark.skipif(not RANGE.exists(), reason="this system does not say what it gives itself")
def test_no_outgoing_connection_can_take_them_away() -> None:
    first = int(RANGE.read_text().split()[0])
    assert max(free_ports(50)) < first


def test_a_port_in_use_is_not_drawn() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        with pytest.raises(UnavailableError, match=f"1 needed, 0 found between {port} and {port};"):
            free_ports(1, range(port, port + 1))
