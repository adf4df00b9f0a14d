-- Runs once per feed: creates the view, and adds the places of events archived before.
CREATE MATERIALIZED VIEW {database}.places_{feed}_feed TO {database}.places
(
    feed LowCardinality(String) COMMENT 'Feed',
    generation UInt32 COMMENT 'Incarnation of the Kafka log; 0 for a durable broker',
    partition UInt16 COMMENT 'Partition of the feed''s topic',
    offset UInt64 COMMENT 'Offset of an accepted event in its partition',
    event_id UUID COMMENT 'The event at that offset',
    archived_at DateTime64(3, 'UTC') COMMENT 'When it was archived, UTC'
)
AS SELECT '{feed}' AS feed, generation, partition, offset, event_id, archived_at
FROM {database}.events_{feed}
COMMENT 'Fills places with every row that is inserted into events_{feed}';
INSERT INTO {database}.places (feed, generation, partition, offset, event_id, archived_at)
SELECT '{feed}', generation, partition, offset, event_id, archived_at FROM {database}.events_{feed};
