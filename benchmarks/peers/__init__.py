"""The same window job in other engines; each script runs in an environment that has its engine."""
