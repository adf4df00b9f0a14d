"""Tests of ioc/rejects."""
