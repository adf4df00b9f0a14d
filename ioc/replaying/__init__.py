"""``ioc replay``: from a file or a scenario to archived events, and the report of it."""
