"""Roll-ups: hours and days of panes, kept in step with them."""
