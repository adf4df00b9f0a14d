"""``python -m ioc``, and the ``ioc`` command."""

import signal


def main() -> None:
    """Run the command. Ctrl-C while it still loads ends it without a trace."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from ioc.commands.cli import main as run

    signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


if __name__ == "__main__":
    main()
