"""Contracts of feeds: the effects of a change, and new feeds from templates."""
