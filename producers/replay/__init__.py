"""Replay: creates events from records of the past."""
