"""``python -m ioc``, and the ``ioc`` command."""

import signal
import sys

from contracts.errors import ContractError


def main() -> None:
    """Run the command. Ctrl-C while it still loads ends it without a trace.

    So does a faulty contract, which is read on loading, but with its sentence.
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
