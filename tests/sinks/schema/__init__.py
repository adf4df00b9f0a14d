"""Tests of sinks/schema."""
