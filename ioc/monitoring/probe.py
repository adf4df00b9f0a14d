"""What a process depends on, and how it is asked."""

from typing import Protocol

ANSWER_S = 4


class Probe(Protocol):
    """One dependency. Used by one thread.

    Without a vital one the process can't get on; without another it only can't do all its work,
    which shows where that waits.
    """

    is_vital: bool

    def ask(self) -> str | None:
        """What is wrong with it, in one sentence; None where it answers. Takes some seconds."""

    def close(self) -> None:
        """Close the connection."""
