"""Checks of every dashboard and alert rule: structure, house rules, SQL."""
