"""Cuts foreign clients off from the embedded broker, while its own parts work with it.

What a producer publishes in the moment before the broker ends would be acknowledged, and lost. And
a client that names a topic of a new broker has it spring up; where it is created at the same
moment, its offsets begin a second time. So the kernel is told to drop all that comes to the
broker's sockets, but for those of the stack's own parts: a foreign client's request stays
unanswered, and its client sends it again later. Linux lets a parent do so to its child
(pidfd_getfd, since 5.6). Where a kernel grants packet filters to CAP_NET_ADMIN only, foreign
connections are closed over and over instead. Elsewhere, and where a container forbids it, foreign
clients stay connected.
"""

import ctypes
import logging
import os
import select
import socket
import struct
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

logger = logging.getLogger(__name__)

PIDFD_GETFD = 438
SO_ATTACH_FILTER, SO_DETACH_FILTER = 26, 27
MARK = 0x88
"""Type of service of the packets of a client that ``reserved`` lets in."""
MARKED = ((socket.IPPROTO_IP, socket.IP_TOS, MARK),)
"""The options of such a client's sockets, as arguments of setsockopt."""
LOAD_BYTE, JUMP_IF_EQUAL, RETURN = 0x30, 0x15, 0x06
TYPE_OF_SERVICE = 2**32 - 0x100000 + 1
"""Where the kernel's packet filter finds it in an IPv4 header."""
ALL_BYTES = 2**18


def _program(*instructions: tuple[int, int, int, int]) -> bytes:
    """For the packet filter: code, jump if true, jump if false, operand of each instruction."""
    return b"".join(struct.pack("HBBI", *each) for each in instructions)


DROP_ALL = _program((RETURN, 0, 0, 0))
DROP_UNMARKED = _program(
    (LOAD_BYTE, 0, 0, TYPE_OF_SERVICE),
    (JUMP_IF_EQUAL, 0, 1, MARK),
    (RETURN, 0, 0, ALL_BYTES),
    (RETURN, 0, 0, 0),
)
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
                        _attach(held, DROP_ALL)
                        stack.callback(_restore, held)
                time.sleep(PAUSE_S)
            is_cut = True
        except PermissionError as error:
            is_cut = stack.enter_context(_hung_up(broker, own, error))
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
    with ExitStack() as stack:
        try:
            is_first = _reserve(broker, time.monotonic() + seconds)
        except PermissionError as error:
            stack.enter_context(_hung_up(broker, [os.getpid()], error))
            is_first = None
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
            if held.family != socket.AF_INET:
                raise OSError("only packets of IPv4 bear a mark")
            _attach(held, DROP_UNMARKED)
            listens |= bool(held.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    return listens


@contextmanager
def _hung_up(broker: int, own: Collection[int], why: PermissionError) -> Iterator[bool]:
    """Close the foreign connections of a process over and over; can it be done?

    A client that connects again and is answered between two looks is not kept away.
    """
    try:
        _hang_up(broker, own)
    except OSError as error:
        logger.warning("foreign clients can't be cut off from the broker: %s", error)
        yield False
        return
    logger.warning("packet filters are denied (%s): connections are closed instead", why)
    over = Event()

    def go_on() -> None:
        with suppress(OSError):  # the process has ended
            while not over.wait(LOOK_S):
                _hang_up(broker, own)

    thread = Thread(target=go_on, name="cut off", daemon=True)
    thread.start()
    try:
        yield True
    finally:
        over.set()
        thread.join()


def _hang_up(broker: int, own: Collection[int]) -> None:
    # The broker's first: a connection of an own part that is among them shows there as well.
    theirs = list(_sockets(broker))
    spared = _ports_of(own)
    for far_port, held in theirs:
        with held, suppress(OSError):  # it has ended by itself
            if far_port and far_port not in spared:
                held.shutdown(socket.SHUT_RDWR)


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


def _attach(held: socket.socket, program: bytes) -> None:
    kept = ctypes.create_string_buffer(program, len(program))
    length = len(program) // struct.calcsize("HBBI")
    held.setsockopt(
        socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", length, ctypes.addressof(kept))
    )


def _restore(held: socket.socket) -> None:
    with held, suppress(FileNotFoundError):  # it has no filter
        held.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, struct.pack("i", 0))
