"""Made-up rows for all tables of the screens. ClickHouse writes them; they never vary."""
