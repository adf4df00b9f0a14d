"""Events: the base of each, how they are checked, and how they are held in memory."""
