"""Tests of streams/gauges."""
