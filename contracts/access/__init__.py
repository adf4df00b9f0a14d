"""Users and encryption of the clients of Kafka and ClickHouse."""
