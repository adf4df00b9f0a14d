"""Grafana's own language: variables, macros, time ranges, expanded as Grafana does. No I/O."""
