"""A process's foreign clients are cut off, its own continue, and later all work again."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from ioc.embedded.cut_off import MARKED, cut_off, reserved

SERVER = """
import socketserver
class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while said := self.request.recv(100):
            self.request.sendall(said)
with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
"""
CLIENT = """
import socket, sys
with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as held:
    for line in sys.stdin:
        held.sendall(line.encode())
        print(held.recv(100).decode(), end="", flush=True)
"""
SHORT_S, LONG_S = 0.5, 30.0

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can cut clients off")


def python(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )


@pytest.fixture
def server() -> Iterator[tuple[int, int]]:
    """Pid and port of a server that echoes."""
    process = python(SERVER)
    assert process.stdout
    try:
        yield process.pid, int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def echoed(client: socket.socket, text: bytes) -> bytes:
    client.sendall(text)
    return client.recv(100)


def test_only_own_clients_reach_it_while_it_lasts(server: tuple[int, int]) -> None:
    pid, port = server
    foreign = python(CLIENT, str(port))
    assert foreign.stdin
    assert foreign.stdout
    try:
        foreign.stdin.write("before\n")
        assert foreign.stdout.readline() == "before\n"
        with socket.create_connection(("127.0.0.1", port)) as own:
            own.settimeout(LONG_S)
            with cut_off(pid, [os.getpid()]) as is_cut:
                assert is_cut
                foreign.stdin.write("meanwhile\n")
                assert echoed(own, b"own") == b"own"
                os.set_blocking(foreign.stdout.fileno(), False)
                assert not foreign.stdout.readline()
                with pytest.raises(TimeoutError):
                    socket.create_connection(("127.0.0.1", port), timeout=SHORT_S)
            os.set_blocking(foreign.stdout.fileno(), True)
            assert foreign.stdout.readline() == "meanwhile\n"  # TCP sends it again
    finally:
        foreign.kill()
        foreign.wait()


def test_a_process_that_is_gone_can_not_be_cut_off() -> None:
    process = python("pass")
    process.wait()
    with cut_off(process.pid, [os.getpid()]) as is_cut:
        assert not is_cut


def test_a_reserved_server_is_reached_by_marked_clients_alone(server: tuple[int, int]) -> None:
    pid, port = server
    with reserved(pid, LONG_S) as is_first:
        assert is_first
        with socket.socket() as marked:
            for option in MARKED:
                marked.setsockopt(*option)
            marked.settimeout(LONG_S)
            marked.connect(("127.0.0.1", port))
            assert echoed(marked, b"marked") == b"marked"
        with pytest.raises(TimeoutError):
            socket.create_connection(("127.0.0.1", port), timeout=SHORT_S)
    with socket.create_connection(("127.0.0.1", port), timeout=LONG_S) as other:
        assert echoed(other, b"other") == b"other"


def test_a_client_that_came_before_is_told(server: tuple[int, int]) -> None:
    pid, port = server
    with socket.create_connection(("127.0.0.1", port), timeout=LONG_S) as early:
        assert echoed(early, b"early") == b"early"
        with reserved(pid, LONG_S) as is_first:
            assert is_first is False


def test_what_does_not_listen_can_not_be_reserved() -> None:
    process = python("import sys; sys.stdin.read()")
    with reserved(process.pid, SHORT_S) as is_first:
        assert is_first is None
    process.kill()
    process.wait()
    with reserved(process.pid, LONG_S) as is_first:
        assert is_first is None
