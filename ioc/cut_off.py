"""Cuts foreign clients off from the embedded broker, while its own parts still work with it.

What a producer publishes in the moment before the broker ends would be acknowledged, and lost. So
the kernel is told to drop all that comes to the broker's sockets, but for those of the stack's own
parts: a foreign client's request stays unanswered, and its client sends it again to the next
broker. Linux lets a parent do so to its child (pidfd_getfd, since 5.6); elsewhere, and where a
container forbids it, foreign clients stay connected to the end.
"""

import ctypes
import logging
import os
import socket
import struct
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

logger = logging.getLogger(__name__)

PIDFD_GETFD = 438
SO_ATTACH_FILTER, SO_DETACH_FILTER = 26, 27
DROP_ALL = struct.pack("HBBI", 0x06, 0, 0, 0)
"""A program of one instruction for the kernel's packet filter: keep 0 bytes of each packet."""
ROUNDS, PAUSE_S = 5, 0.05
"""Connections that were made, but not taken up yet, show within this time."""


@contextmanager
def cut_off(broker: int, own: Collection[int]) -> Iterator[bool]:
    """Silence all clients of process ``broker`` but those of the processes ``own``; new ones, too.

    Gives whether it could be done. Lifted at the end of the context.
    """
    with ExitStack() as stack:
        try:
            spared = {port for pid in own for port in _near_ports(pid)}
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


def _near_ports(pid: int) -> Iterator[int]:
    for far_port, held in _sockets(pid):
        with held:
            if far_port:
                yield held.getsockname()[1]


def _sockets(pid: int) -> Iterator[tuple[int, socket.socket]]:
    """The TCP sockets of a process, as copies for this one, each with the port of its far end.

    That is 0 for a socket that listens. Raises OSError where the system denies it.
    """
    if sys.platform != "linux":
        raise OSError("this system can't reach into a process's sockets")
    process = os.pidfd_open(pid)
    try:
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
    program = ctypes.create_string_buffer(DROP_ALL, len(DROP_ALL))
    held.setsockopt(
        socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", 1, ctypes.addressof(program))
    )


def _restore(held: socket.socket) -> None:
    with held:
        held.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, struct.pack("i", 0))
