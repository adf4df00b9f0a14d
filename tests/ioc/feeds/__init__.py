"""Tests of ioc/feeds."""
