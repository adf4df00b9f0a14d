"""What becomes of each record: accepted, or refused and why. Pure."""
