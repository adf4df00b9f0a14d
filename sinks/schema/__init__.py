"""The schema of ClickHouse: numbered SQL, tables derived from contracts, and what applies them."""
