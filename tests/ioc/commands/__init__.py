"""Tests of ioc/commands."""
