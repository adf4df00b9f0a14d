"""The feeds listed in ``contracts/feeds/__init__.py``, by name and in screen order."""

from collections.abc import Iterable

from contracts import feeds
from contracts.errors import UnknownFeedError
from contracts.feed import Feed

FEEDS: tuple[Feed, ...] = tuple(
    sorted(
        (listed for listed in vars(feeds).values() if isinstance(listed, Feed)),
        key=lambda feed: (feed.content.order, feed.name),
    )
)
"""All feeds, in the order of their contents."""

_BY_NAME = {feed.name: feed for feed in FEEDS}
if len(_BY_NAME) != len(FEEDS):
    raise ValueError("two feeds of the registry have the same name")
for _feed in FEEDS:
    _feed.require_parts()


def feed_named(name: str) -> Feed:
    """The feed of that name. Raises UnknownFeedError, which lists the existing names."""
    try:
        return _BY_NAME[name]
    except KeyError:
        known = ", ".join(_BY_NAME)
        raise UnknownFeedError(f"there is no feed named {name!r}; there are: {known}") from None


def feeds_named(names: Iterable[str]) -> tuple[Feed, ...]:
    """The feeds of those names, or all if none is named. Raises UnknownFeedError."""
    return tuple(feed_named(name) for name in names) or FEEDS
