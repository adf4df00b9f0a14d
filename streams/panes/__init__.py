"""One-minute panes: how events fold into them, and those of one partition. Pure."""
