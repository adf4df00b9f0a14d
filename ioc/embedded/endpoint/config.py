"""Settings of the endpoint: its address, its data folder, its users."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from contracts.access.loopback import is_loopback
from ioc.embedded.endpoint.errors import BadConfig, UnsafeHost

ANY_PORT = 0
_DATABASE = re.compile(r"\w+\*?")


@dataclass(frozen=True)
class User:
    """An account. A `readonly` user may read the databases that readers see, and change nothing.

    An `own` user is a part of the stack; its reads never wait for those of other users.
    """

    name: str
    password: str = field(repr=False)
    readonly: bool
    own: bool = False

    def __post_init__(self) -> None:
        if not self.name:
            raise BadConfig("A user of the endpoint has an empty name: give every user a name.")


@dataclass(frozen=True)
class EndpointConfig:
    """The settings of `serve`.

    `threads` is how many reads and how many writes run at once; `memory_mb` is the limit of the
    process. `readable` are the databases that readers see, by name or by a prefix with a *.
    `receive_s` is the longest pause within a request, and between two requests of a connection.
    Below `reserve_mb` of free space inserts are refused.

    Raises BadConfig or UnsafeHost, each with one sentence that names the setting.
    """

    host: str
    port: int
    path: Path
    users: tuple[User, ...]
    threads: int = 4
    memory_mb: int = 1_000
    readable: tuple[str, ...] = ()
    receive_s: float = 30.0
    reserve_mb: int = 0

    def __post_init__(self) -> None:
        if not ANY_PORT <= self.port <= 65535:
            raise BadConfig(f"port {self.port} is not between 0 and 65535: choose another.")
        if self.threads < 1:
            raise BadConfig(f"threads is {self.threads}, but at least 1 is needed.")
        if "?" in str(self.path):
            raise BadConfig(f"path {self.path} contains '?', which the engine cannot take.")
        for name in self.readable:
            if not _DATABASE.fullmatch(name):
                raise BadConfig(f"{name!r} is no name of a database that readers may see.")
        self._check_users()

    def _check_users(self) -> None:
        names = [user.name for user in self.users]
        if not names:
            raise BadConfig("users is empty, so nobody could connect: name at least one.")
        if len({(user.name, user.password) for user in self.users}) < len(names):
            raise BadConfig(f"users names somebody twice: {', '.join(sorted(names))}.")
        open_users = [user.name for user in self.users if not user.password]
        if open_users and not is_loopback(self.host):
            raise UnsafeHost(
                f"host {self.host} is reachable from other machines, but user "
                f"{open_users[0]!r} has no password: set one, or listen on 127.0.0.1."
            )
