"""The second stage: panes, gauges and progress of whole feeds, merged into figures."""
