"""The audit on a real engine, over rows that each test writes itself."""
