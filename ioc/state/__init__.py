"""The workers' state, brought back from its mirror or from the archive."""
