"""Kafka's record batches (format v2) as bytes: what clients leave to be trusted."""
