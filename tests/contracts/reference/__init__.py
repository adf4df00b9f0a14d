"""Tests of contracts/reference."""
