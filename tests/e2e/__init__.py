"""End to end: real processes on free ports, figures against recounts by SQL."""
