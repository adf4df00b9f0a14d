"""The members of consumer groups. One that missed its heartbeats returns under another id."""

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient

from contracts.settings import Settings

_STATE = re.compile(r"(\w+/\d+): state of \d+ entries")


def members(settings: Settings, groups: Sequence[str]) -> dict[str, frozenset[str]]:
    """The ids of each group's members. Tansu keeps those that have left."""
    return asyncio.run(_members(settings, groups))


async def _members(settings: Settings, groups: Sequence[str]) -> dict[str, frozenset[str]]:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap)
    await admin.start()
    try:
        found = {}
        for group in groups:
            (answer,) = await admin.describe_consumer_groups([group])
            ((_, _, _, _, _, held, *_),) = answer.groups
            found[group] = frozenset(str(member[0]) for member in held)
        return found
    finally:
        await admin.close()


def assignments(log: Path) -> int:
    """How often a worker took over partitions, by its log: once, if none moved."""
    taken = Counter(found[1] for found in _STATE.finditer(log.read_text(errors="replace")))
    return max(taken.values(), default=0)
