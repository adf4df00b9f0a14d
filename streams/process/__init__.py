"""One worker process: its start, its end, and what it tells of itself."""
