"""Tests of what all parts agree on."""
