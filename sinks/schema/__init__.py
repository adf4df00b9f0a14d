"""ClickHouse's schema: numbered SQL, tables derived from contracts, and the code to apply them."""
