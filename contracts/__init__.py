"""What all parts of the pipeline agree on: settings, units, events, indicators, topics. No I/O."""
