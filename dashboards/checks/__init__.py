"""What holds for every dashboard and alert rule: their structure, house rules, and their SQL."""
