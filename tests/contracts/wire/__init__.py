"""Tests of reading record batches."""
