"""Shared by every process of the pipeline: log lines, and the deadline of its end."""
