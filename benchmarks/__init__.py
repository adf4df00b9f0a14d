"""Measurements, to be run by hand on a quiet machine; no test asserts a time."""
