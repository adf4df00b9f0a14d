"""Restores the workers' state from its mirror or from the archive."""
