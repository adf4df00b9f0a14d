"""The same window job in other engines. Each script runs in an environment with its engine."""
