"""Publishing the dashboards to a Grafana that runs elsewhere, over its HTTP API."""
