"""Alert rules as code: from the feeds' contracts and the limits file to Grafana's provisioning."""
