"""Cuts foreign clients off from the embedded broker, while its own parts work with it.

Events published in the moment before the broker ends would be acknowledged and lost. And a new
broker creates a topic as soon as a client names it; if another request creates it at the same
moment, its offsets start twice. So the kernel is told to drop all packets to the broker's sockets
except those of the stack's own parts: a foreign client's request stays unanswered, and the client
sends it again later.

Linux lets a parent reach its child's sockets (pidfd_getfd, since 5.6), and lets a socket refuse
packets whose time to live is below a minimum (IP_MINTTL). Other clients send 64 or 128, and each
router subtracts one, so the maximum, 255, marks a client on this machine that asked for it. On
other systems, and in containers that forbid it, foreign clients stay connected.
"""

import ctypes
import logging
import os
import select
import socket
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

logger = logging.getLogger(__name__)

PIDFD_GETFD = 438
IP_MINTTL = 21
LEAST, ANY = 255, 0
"""Time to live of the packets that a silenced socket accepts, and that any other accepts."""
MARKED = ((socket.IPPROTO_IP, socket.IP_TTL, LEAST),)
"""Socket options of a client that ``reserved`` lets in, as arguments of setsockopt."""
ROUNDS, PAUSE_S = 5, 0.05
"""Connections that exist but were not accepted yet show within this time."""
LOOK_S = 0.002


@contextmanager
def cut_off(broker: int, own: Collection[int]) -> Iterator[bool]:
    """Silence all clients of process ``broker`` except the processes ``own``, including new ones.

    Yields whether that was possible. Lifted at the end of the context.
    """
    with ExitStack() as stack:
        try:
            spared = _ports_of(own)
            for _ in range(ROUNDS):
                for far_port, sock in _sockets(broker):
                    if far_port in spared:
                        sock.close()
                    else:
                        spared.add(far_port)
                        _silence(sock)
                        stack.callback(_restore, sock)
                time.sleep(PAUSE_S)
            is_cut = True
        except OSError as error:
            logger.warning("foreign clients can't be cut off from the broker: %s", error)
            is_cut = False
        yield is_cut


@contextmanager
def reserved(broker: int, seconds: float) -> Iterator[bool | None]:
    """Let only MARKED clients reach process ``broker`` from the moment it listens.

    Yields False if another client was faster, and None if the system denies it, the process has
    ended, or it does not listen within ``seconds``. Lifted at the end of the context.
    """
    try:
        is_first = _reserve(broker, time.monotonic() + seconds)
    except OSError as error:
        logger.warning("foreign clients can't be kept away from a new broker: %s", error)
        is_first = None
    try:
        yield is_first
    finally:
        with suppress(OSError):  # it has ended or can't be reached into
            for _, sock in _sockets(broker):
                _restore(sock)


def _reserve(broker: int, deadline: float) -> bool | None:
    # Without a pause: a client that connects now may be answered within a millisecond.
    while not _keep_out(broker):
        if time.monotonic() > deadline:
            return None
    for _ in range(ROUNDS):  # clients that came in earlier show up, and are silenced
        _keep_out(broker)
        time.sleep(LOOK_S)
    return not _ports_of([broker])


def _keep_out(broker: int) -> bool:
    """Accept packets of marked clients only. True once the process listens."""
    listens = False
    for _, sock in _sockets(broker):
        with sock:
            _silence(sock)
            listens |= bool(sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    return listens


def _ports_of(pids: Collection[int]) -> set[int]:
    """The local ports of all connections of these processes."""
    return {port for pid in pids for port in _near_ports(pid)}


def _near_ports(pid: int) -> Iterator[int]:
    for far_port, sock in _sockets(pid):
        with sock:
            if far_port:
                yield sock.getsockname()[1]


def _sockets(pid: int) -> Iterator[tuple[int, socket.socket]]:
    """The TCP sockets of a process, as copies for this one, each with its remote port.

    The port is 0 for a listening socket. Raises OSError if the system denies it or the process has
    ended.
    """
    if sys.platform != "linux":
        raise OSError("this system can't reach into a process's sockets")
    process = os.pidfd_open(pid)
    try:
        if select.select([process], [], [], 0)[0]:
            raise ProcessLookupError(f"process {pid} has ended")
        for link in Path(f"/proc/{pid}/fd").iterdir():
            try:
                target = link.readlink()
            except FileNotFoundError:  # closed meanwhile
                continue
            if not str(target).startswith("socket:"):
                continue
            sock = socket.socket(fileno=_copied(process, int(link.name)))
            if sock.family in (socket.AF_INET, socket.AF_INET6) and sock.type == socket.SOCK_STREAM:
                yield _far_port(sock), sock
            else:
                sock.close()
    finally:
        os.close(process)


def _far_port(sock: socket.socket) -> int:
    try:
        return int(sock.getpeername()[1])
    except OSError:  # not connected: it listens
        return 0


def _copied(process: int, descriptor: int) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    copy = int(libc.syscall(PIDFD_GETFD, process, descriptor, 0))
    if copy < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return copy


def _silence(sock: socket.socket) -> None:
    """Let the socket, and the sockets that it accepts, take packets of MARKED clients only."""
    if sock.family != socket.AF_INET:
        raise OSError("only IPv4 has a time to live")
    sock.setsockopt(socket.IPPROTO_IP, IP_MINTTL, LEAST)


def _restore(sock: socket.socket) -> None:
    with sock:
        sock.setsockopt(socket.IPPROTO_IP, IP_MINTTL, ANY)
