"""Crash proof: faults of real processes at seeded random moments, then every figure recounted."""
