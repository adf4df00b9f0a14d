"""Indicators and their ingredients: measures, gauges, parts, formulas."""
