"""Rejected events: what there is, how much of it is too much, and sending them again."""
