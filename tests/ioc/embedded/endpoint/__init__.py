"""Conformance of the endpoint with ClickHouse's HTTP interface."""
