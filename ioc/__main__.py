"""``python -m ioc``, and the ``ioc`` command."""

import signal
import sys

from contracts.errors import ContractError


def main() -> None:
    """Run the command. Ctrl-C during loading ends it without a traceback.

    A faulty contract, which is read on loading, ends it with the error's sentence.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        from ioc.commands.cli import main as run
    except ContractError as error:
        sys.exit(f"ioc: {error}")

    signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


if __name__ == "__main__":
    main()
