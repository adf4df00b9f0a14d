"""What every process of the pipeline shares: its log lines and the one deadline of its end."""
