"""Tests of sinks/state."""
