"""Tests of streams/kafka."""
