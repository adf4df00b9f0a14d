"""The archive and the workers' state, read back and written from outside."""
