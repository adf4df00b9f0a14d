"""Tests of streams/figures."""
