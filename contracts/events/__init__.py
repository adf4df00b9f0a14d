"""Events: their base, their checks, and their form in memory."""
