"""Metrics, health and readiness of a process, on a port of their own."""
