"""Seeded simulators of the province, and the publisher that brings events to Kafka."""
