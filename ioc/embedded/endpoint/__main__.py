"""`python -m ioc.embedded.endpoint`: the endpoint alone, for development and tests."""

import argparse
import logging
import sys
from pathlib import Path

from ioc.embedded.endpoint.config import EndpointConfig, User
from ioc.embedded.endpoint.errors import EndpointError
from ioc.embedded.endpoint.server import serve

_READONLY, _OWN = "readonly", "own"


def user(text: str) -> User:
    """Read `name:password[:readonly][:own]`. Raises ValueError for anything else."""
    name, password, *rest = text.split(":")
    if not {*rest} <= {_READONLY, _OWN}:
        raise ValueError(text)
    return User(name, password, readonly=_READONLY in rest, own=_OWN in rest)


def parse(arguments: list[str]) -> EndpointConfig:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m ioc.embedded.endpoint", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8123)
    parser.add_argument("--path", type=Path, required=True, help="data folder")
    parser.add_argument(
        "--user",
        type=user,
        action="append",
        required=True,
        metavar="NAME:PASSWORD[:readonly:own]",
    )
    parser.add_argument(
        "--readable", action="append", default=[], metavar="DATABASE", help="one that readers see"
    )
    parser.add_argument("--reserve-mb", type=int, default=0)
    parser.add_argument("--receive-s", type=float, default=30.0)
    parser.add_argument("--threads", type=int, default=4)
    given = parser.parse_args(arguments)
    return EndpointConfig(
        given.host,
        given.port,
        given.path,
        tuple(given.user),
        threads=given.threads,
        readable=tuple(given.readable),
        receive_s=given.receive_s,
        reserve_mb=given.reserve_mb,
    )


def main() -> int:
    """Serve; return the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    try:
        serve(parse(sys.argv[1:]))
    except EndpointError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
