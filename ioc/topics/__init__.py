"""Kafka's topics: their actual and their required properties."""
