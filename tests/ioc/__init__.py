"""Tests of the ioc command."""
