"""Expands variables, macros and time ranges of dashboards as Grafana does. No I/O."""
