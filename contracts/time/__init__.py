"""Time in the province: instants, working days, holidays and hours."""
