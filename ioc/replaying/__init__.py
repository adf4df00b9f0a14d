"""``ioc replay``: turns a file or a scenario into archived events, and reports on it."""
