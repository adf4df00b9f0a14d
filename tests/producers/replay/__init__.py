"""Replay: readers, mapping, conversion, order and pace."""
