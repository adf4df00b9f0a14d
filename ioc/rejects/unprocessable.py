"""Unprocessable events that nobody has resent yet."""

from collections.abc import Mapping

from clickhouse_connect.driver.client import Client

from contracts.messages import Reason

LAST_DAY = """
SELECT feed, count() FROM rejects FINAL
WHERE reason = {reason:String} AND rejected_at > now64(3) - INTERVAL 1 DAY
    AND (feed, topic, generation, partition, offset) NOT IN
    (SELECT feed, topic, generation, partition, offset FROM reject_replays)
GROUP BY feed ORDER BY feed
"""


def unprocessable(client: Client) -> Mapping[str, int]:
    """Feed -> number of unprocessable events of the last 24 h, for feeds that have any."""
    rows = client.query(LAST_DAY, parameters={"reason": Reason.UNPROCESSABLE}).result_rows
    return {str(feed): int(count) for feed, count in rows}
