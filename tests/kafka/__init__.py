"""Tests over a real Apache Kafka, and the brokers they run on."""
