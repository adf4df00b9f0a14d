"""Instants, working days, holidays and hours: the time of the province."""
