"""ClickHouse's HTTP interface over the embedded engine, for machines without a server."""
