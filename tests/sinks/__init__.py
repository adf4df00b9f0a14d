"""Tests of the sinks against a real broker and a real ClickHouse engine."""
