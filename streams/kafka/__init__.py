"""Batches between Kafka and the agents; no other package uses aiokafka or Faust's transport."""
