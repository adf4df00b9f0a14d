"""Indicators, and what they are made of: measures, gauges, parts, formulas."""
