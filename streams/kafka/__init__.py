"""Batches between Kafka and the agents: the only room that knows aiokafka or Faust's transport."""
