"""The state behind each declared gauge. Pure."""
