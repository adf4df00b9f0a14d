"""Tests of the dashboards in a real browser, through the preview."""
