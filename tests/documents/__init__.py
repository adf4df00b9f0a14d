"""The documents: every block and every command in them is run, or checked as far as it can be."""
