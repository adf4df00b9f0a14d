"""Tests of streams/panes."""
