"""Tests of streams/verdicts."""
