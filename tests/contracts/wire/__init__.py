"""Tests of what is read of record batches."""
