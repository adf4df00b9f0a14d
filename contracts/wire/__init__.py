"""Kafka's record batches (format v2) as bytes: the checks that Kafka clients leave out."""
