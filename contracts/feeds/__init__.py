"""One module a feed: its events and its indicators."""
