"""Tests of sinks/consuming."""
