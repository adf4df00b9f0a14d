"""Reads the archive, and reads and writes the workers' state from outside the workers."""
