"""Tests of ioc/replaying."""
