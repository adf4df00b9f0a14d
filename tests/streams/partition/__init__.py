"""Tests of streams/partition."""
