"""Partitions that are too far behind for their feed's figures to wait for them."""

from collections.abc import Sequence

from clickhouse_connect.driver.client import Client
from rich.console import Console

from ioc.status.ages import LENGTHS, show_age

LAGGARDS = "SELECT feed, partition, behind_s FROM laggards ORDER BY feed, partition"


def laggards(client: Client) -> Sequence[str]:
    """A sentence for each such partition."""
    return [
        f"{feed}: partition {partition} is {show_age(behind_s, LENGTHS)} behind the others, more "
        "than IOC_LAGGARD_S: figures of its units are old, the others' go on without it"
        for feed, partition, behind_s in client.query(LAGGARDS).result_rows
    ]


def none_behind(found: Sequence[str], console: Console) -> bool:
    """Print these sentences; True if there are none."""
    for sentence in found:
        console.print(sentence, style="bold red", markup=False, soft_wrap=True)
    return not found
