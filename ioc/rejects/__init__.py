"""Rejected events: their overview, their share, and sending them again."""
