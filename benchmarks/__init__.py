"""Measurements to run by hand on a quiet machine. No test asserts a time."""
