INSERT INTO reject_replays (feed, topic, generation, partition, offset, reason, replayed_at)
SELECT feed, topic, generation, partition, offset, reason, rejected_at + INTERVAL 30 SECOND
FROM rejects WHERE offset % 5 = 0 AND reason != 'duplicate'
