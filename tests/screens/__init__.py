"""The dashboards, looked at in a real browser through the preview."""
