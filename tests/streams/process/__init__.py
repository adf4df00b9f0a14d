"""Tests of streams/process."""
