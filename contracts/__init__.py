"""Definitions shared by the whole pipeline: settings, units, events, indicators, topics."""
