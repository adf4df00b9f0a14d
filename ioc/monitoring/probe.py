"""The interface by which a process's dependencies are probed."""

from typing import Protocol

ANSWER_S = 4


class Probe(Protocol):
    """One dependency, probed by one thread.

    A process can't go on without a vital dependency. Without another it lacks only some of its
    work, which shows wherever that work waits.
    """

    is_vital: bool

    def ask(self) -> str | None:
        """The fault, in one sentence; None if it answers. Takes some seconds."""

    def close(self) -> None:
        """Close the connection."""
