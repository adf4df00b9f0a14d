"""Dashboards and alert rules as code: their checks, their publication, and the preview page."""
