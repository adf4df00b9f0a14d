"""Stand-ins for servers: the supervisor, its broker, its ClickHouse, its page."""
