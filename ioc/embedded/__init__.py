"""What stands in for servers here: the supervisor, its broker, its ClickHouse, its page."""
