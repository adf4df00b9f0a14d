"""Tests of ioc/embedded."""
