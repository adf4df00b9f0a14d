"""ClickHouse: schema, and the consumers that write archive, panes, indicators and rejects."""
