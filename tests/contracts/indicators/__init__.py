"""Tests of contracts/indicators."""
