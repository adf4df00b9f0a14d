"""Contracts of feeds: what a change means for what there is, and a new feed from templates."""
