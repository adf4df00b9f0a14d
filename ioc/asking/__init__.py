"""Commands that ask: audits, queries, references, checks of dashboards."""
