"""Grafana provisioning."""
