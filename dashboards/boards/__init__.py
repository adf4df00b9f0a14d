"""Dashboards as code: everything about a feed or an indicator follows from its contract."""
