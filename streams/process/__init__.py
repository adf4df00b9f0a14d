"""One worker process: its start, end, metrics and health."""
