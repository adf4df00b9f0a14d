"""Who a client of Kafka or ClickHouse is, and how its connections are encrypted."""
