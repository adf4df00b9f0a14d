"""Replay: events made of records of the past."""
