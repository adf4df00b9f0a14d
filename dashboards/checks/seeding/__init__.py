"""Made-up rows for all tables that screens read, written by ClickHouse; the same each time."""
