"""Kafka's topics: as they are, and as they have to be."""
