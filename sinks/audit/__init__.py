"""The audit: accounts for every published event, and recounts every pane from the archive."""
