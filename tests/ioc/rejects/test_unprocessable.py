"""Unprocessable events are red until they are sent again."""

from io import StringIO

from rich.console import Console

from ioc.rejects.share import unprocessable
from ioc.status.status import print_faults, quarantined
from tests.ioc.conftest import Database, ago, rejected


def test_those_of_the_last_day_count_until_they_are_sent_again(database: Database) -> None:
    database.add_rejects(
        *(rejected(n, reason="unprocessable") for n in range(3)),
        rejected(3, reason="unprocessable", rejected_at=ago(hours=25)),
        rejected(4),
        rejected(5, reason="unprocessable", feed="traffic", topic="ioc.events.traffic.v1"),
    )
    assert unprocessable(database.client) == {"press": 3, "traffic": 1}
    database.client.command(
        "INSERT INTO reject_replays SELECT feed, topic, generation, partition, offset, reason,"
        " now64(3) FROM rejects WHERE feed = 'press' AND offset < 2"
    )
    assert unprocessable(database.client) == {"press": 1, "traffic": 1}


def test_status_says_of_which_feed_and_what_to_do() -> None:
    console = Console(file=StringIO(), width=400)
    assert print_faults([*quarantined({})], console)
    assert not print_faults([*quarantined({"press": 1_234})], console)
    assert isinstance(console.file, StringIO)
    assert console.file.getvalue() == (
        "press: 1,234 events of the last 24 h could not be processed; see "
        "`ioc rejects --feed press --reason unprocessable`, and send them again after a fix: "
        "`ioc rejects replay --feed press --reason unprocessable`\n"
    )
