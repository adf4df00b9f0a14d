"""Tests of ioc/asking."""
