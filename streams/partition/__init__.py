"""The first stage: one partition of a feed, from its events to panes, gauges and progress."""
