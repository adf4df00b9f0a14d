"""From Kafka's topics into ClickHouse's tables, every message once."""
