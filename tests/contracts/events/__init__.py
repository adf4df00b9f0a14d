"""Tests of contracts/events."""
