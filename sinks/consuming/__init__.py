"""Writes Kafka's topics into ClickHouse's tables; a repeated message makes no second row."""
