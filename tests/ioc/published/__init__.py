"""Tests of ioc/published."""
