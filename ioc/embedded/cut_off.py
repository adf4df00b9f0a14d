"""Cuts foreign clients off from the embedded broker, while its own parts work with it.

What a producer publishes in the moment before the broker ends would be acknowledged, and lost. And
a client that names a topic of a new broker has it spring up; where it is created at the same
moment, its offsets begin a second time. So the kernel is told to drop all that comes to the
broker's sockets, but for those of the stack's own parts: a foreign client's request stays
unanswered, and its client sends it again later. Linux lets a parent reach its child's sockets
(pidfd_getfd, since 5.6), and a socket refuse packets whose time to live is below a minimum
(IP_MINTTL): other clients send 64 or 128, and a router takes one off, so the highest, 255, is that
of a client on this machine that asked for it. Elsewhere, and where a container forbids it, foreign
clients stay connected.
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
"""Time to live of the packets that a silenced socket takes, and that any other does."""
MARKED = ((socket.IPPROTO_IP, socket.IP_TTL, LEAST),)
"""The options of the sockets of a client that ``reserved`` lets in, as arguments of setsockopt."""
ROUNDS, PAUSE_S = 5, 0.05
"""Connections that were made, but not taken up yet, show within this time."""
LOOK_S = 0.002


@contextmanager
def cut_off(broker: int, own: Collection[int]) -> Iterator[bool]:
    """Silence all clients of process ``broker`` but those of the processes ``own``; new ones, too.

    Gives whether it could be done. Lifted at the end of the context.
    """
    with ExitStack() as stack:
        try:
            spared = _ports_of(own)
            for _ in range(ROUNDS):
                for far_port, held in _sockets(broker):
                    if far_port in spared:
                        held.close()
                    else:
                        spared.add(far_port)
                        _silence(held)
                        stack.callback(_restore, held)
                time.sleep(PAUSE_S)
            is_cut = True
        except OSError as error:
            logger.warning("foreign clients can't be cut off from the broker: %s", error)
            is_cut = False
        yield is_cut


@contextmanager
def reserved(broker: int, seconds: float) -> Iterator[bool | None]:
    """From when process ``broker`` listens, for so long at most, only MARKED clients reach it.

    Gives false where another client was faster, and None where the system denies it, the process
    has ended or does not listen. Lifted at the end of the context.
    """
    try:
        is_first = _reserve(broker, time.monotonic() + seconds)
    except OSError as error:
        logger.warning("foreign clients can't be kept away from a new broker: %s", error)
        is_first = None
    try:
        yield is_first
    finally:
        with suppress(OSError):  # it has ended, or could not be reached into
            for _, held in _sockets(broker):
                _restore(held)


def _reserve(broker: int, deadline: float) -> bool | None:
    # Without a pause: a client that connects now may be answered within a millisecond.
    while not _keep_out(broker):
        if time.monotonic() > deadline:
            return None
    for _ in range(ROUNDS):  # who came in before shows, and is silenced
        _keep_out(broker)
        time.sleep(LOOK_S)
    return not _ports_of([broker])


def _keep_out(broker: int) -> bool:
    """Let in packets of marked clients only; does the process listen yet?"""
    listens = False
    for _, held in _sockets(broker):
        with held:
            _silence(held)
            listens |= bool(held.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    return listens


def _ports_of(pids: Collection[int]) -> set[int]:
    """The near ports of all connections of these processes."""
    return {port for pid in pids for port in _near_ports(pid)}


def _near_ports(pid: int) -> Iterator[int]:
    for far_port, held in _sockets(pid):
        with held:
            if far_port:
                yield held.getsockname()[1]


def _sockets(pid: int) -> Iterator[tuple[int, socket.socket]]:
    """The TCP sockets of a process, as copies for this one, each with the port of its far end.

    That is 0 for a socket that listens. Raises OSError where the system denies it, or the process
    has ended.
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
            held = socket.socket(fileno=_copied(process, int(link.name)))
            if held.family in (socket.AF_INET, socket.AF_INET6) and held.type == socket.SOCK_STREAM:
                yield _far_port(held), held
            else:
                held.close()
    finally:
        os.close(process)


def _far_port(held: socket.socket) -> int:
    try:
        return int(held.getpeername()[1])
    except OSError:  # not connected: it listens
        return 0


def _copied(process: int, descriptor: int) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    copy = int(libc.syscall(PIDFD_GETFD, process, descriptor, 0))
    if copy < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return copy


def _silence(held: socket.socket) -> None:
    """Let it take packets of MARKED clients only; those that it accepts, too."""
    if held.family != socket.AF_INET:
        raise OSError("only IPv4 has a time to live")
    held.setsockopt(socket.IPPROTO_IP, IP_MINTTL, LEAST)


def _restore(held: socket.socket) -> None:
    with held:
        held.setsockopt(socket.IPPROTO_IP, IP_MINTTL, ANY)
