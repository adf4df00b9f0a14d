"""One-minute panes: how events fold into them, and the panes of one partition. Pure."""
