"""Event ids from before the log began: those that a broker which forgets has lost.

An event sent again after the broker's restart stands in an empty log. Whoever starts the log anew
leaves the last ids of the one before in the state, and the duplicate filter knows them.
"""

from collections.abc import Iterator, Mapping, Sequence

PREFIX = "known|"
IDS_PER_ENTRY = 20_000


def known_entries(newest_first: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Entries of a partition's table that hold these ids."""
    for number, first in enumerate(range(0, len(newest_first), IDS_PER_ENTRY)):
        chunk = newest_first[first : first + IDS_PER_ENTRY]
        yield f"{PREFIX}{number}", " ".join(chunk).encode()


def known_ids(entries: Mapping[str, bytes]) -> list[str]:
    """The ids that the entries hold, the newest first."""
    chunks = {
        int(key.removeprefix(PREFIX)): payload
        for key, payload in entries.items()
        if key.startswith(PREFIX)
    }
    return [id_ for number in sorted(chunks) for id_ in chunks[number].decode().split()]
