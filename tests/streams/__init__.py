"""Tests of the workers' pure parts."""
